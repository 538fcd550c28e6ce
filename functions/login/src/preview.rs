//! Staff see the portal as a customer's, partner's or vendor's access does (requirement A8).

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use http::header::SET_COOKIE;
use shared::app::App;
use shared::domain::id::SiteId;
use shared::domain::role::permission;
use shared::domain::rules::preview::preview;
use shared::domain::rules::sign_in::SignedIn;
use shared::flow;
use shared::http::pages::see_other;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::{Form, Problem, Signed, cookies};

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
    let begins = begin(&app, &mut visit, &id, None).await?;
    Ok(begun(&begins, &visit.call.settings))
}

async fn begin(app: &App, visit: &mut Visit, id: &str, site: Option<SiteId>) -> Result<SignedIn, Problem> {
    visit.actor.needs(permission::PREVIEW)?;
    let (begins, _) = shared::decide!(app, as visit, {
        let account = flow::reachable(app, visit, id).await?;
        preview(&account, &visit.session.value, site, &visit.actor, &visit.call.moment())?
    });
    Ok(begins)
}

/// Begins one in this browser, at the site that it is at. One's own session waits behind it.
pub(crate) async fn post_page(
    State(app): State<App>,
    Signed(mut visit): Signed,
    headers: HeaderMap,
    Form(mut fields): Form,
) -> Result<Response, Problem> {
    let contact = fields.text("contact").unwrap_or_default();
    fields.finish()?;
    let secure = visit.call.is_secure();
    let own = cookies::session(&headers, secure).ok_or_else(Problem::unauthenticated)?;
    let site = visit.session.value.site;
    let begins = match begin(&app, &mut visit, &contact, site).await {
        Ok(begins) => begins,
        // The contact's page says so, and where it can be seen.
        Err(problem) if problem.code == "access_unusable" => {
            return Ok(see_other(&format!("/console/contacts/{contact}?done=preview_refused")));
        }
        Err(problem) => return Err(problem),
    };
    let mut answer = see_other("/account");
    answer.headers_mut().append(SET_COOKIE, cookies::set_behind(own, secure));
    answer.headers_mut().append(SET_COOKIE, cookies::set_session(&begins.token.reveal(), secure));
    Ok(answer)
}

/// Goes back to this page with one's own session, where one waits behind a preview that is over.
pub(crate) fn back(headers: &HeaderMap, secure: bool, to: &str) -> Option<Response> {
    let own = cookies::behind(headers, secure)?;
    let mut answer = see_other(to);
    answer.headers_mut().append(SET_COOKIE, cookies::set_session(own, secure));
    answer.headers_mut().append(SET_COOKIE, cookies::clear_behind(secure));
    Some(answer)
}
