//! Staff see the portal as a customer's, partner's or vendor's access does (requirement A8).

use axum::extract::{Path, State};
use axum::response::Response;
use shared::app::App;
use shared::domain::role::permission;
use shared::domain::rules::preview::preview;
use shared::flow;
use shared::http::problem::ProblemBody;
use shared::http::{Problem, Signed};

use crate::sessions::{Begun, begun};

/// Begins a preview: a session of 15 minutes that shows what the access shows and changes nothing. Nothing of it is noted with
/// the person but the entry in the audit.
#[utoipa::path(post, path = "/v1/contacts/{contact}/preview", tag = "contacts", operation_id = "preview",
    params(("contact" = String, Path, description = "`con_…`")),
    responses(
        (status = 201, description = "Begun.", body = Begun),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "The access can't be used now.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post_preview(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::PREVIEW)?;
    let (begins, _) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        preview(&account, &visit.session.value, &visit.actor, &visit.call.moment())?
    });
    Ok(begun(&begins, &visit.call.settings))
}
