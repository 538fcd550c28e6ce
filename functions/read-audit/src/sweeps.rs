//! What the sweep did (requirement S1).

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use shared::app::App;
use shared::domain::fault::Refusal;
use shared::domain::id::SweepId;
use shared::domain::role::permission;
use shared::domain::sweep::Run;
use shared::http::cursor::List;
use shared::http::paging::{PageView, Paging};
use shared::http::problem::ProblemBody;
use shared::http::{Fields, Problem, Signed, door};
use utoipa::ToSchema;

/// A run of the sweep that did something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sweep)]
pub(crate) struct SweepView {
    /// `swp_…`.
    id: String,
    /// When it began.
    began_at: String,
    /// When it ended.
    ended_at: String,
    /// Mails that were taken up: sent, settled, or left for later.
    mails: u32,
    /// Links that were written down as expired.
    links: u32,
    /// Invitations that were reminded of.
    reminders: u32,
    /// Things that could not be done then, and are tried again.
    failed: u32,
    /// Whether something due was left to the next run.
    cut_off: bool,
}

impl From<&Run> for SweepView {
    fn from(run: &Run) -> Self {
        Self {
            id: run.id.to_string(),
            began_at: run.began_at.to_string(),
            ended_at: run.ended_at.to_string(),
            mails: run.done.mails,
            links: run.done.links,
            reminders: run.done.reminders,
            failed: run.done.failed,
            cut_off: run.done.cut_off,
        }
    }
}

/// Lists what the sweep did, the latest first; runs that found nothing to do are left out. For staff.
#[utoipa::path(get, path = "/v1/sweeps", tag = "audit", operation_id = "list_sweeps",
    params(("limit" = Option<u16>, Query, description = "1 to 200; 50 where nothing is said."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")),
    responses(
        (status = 200, description = "A page.", body = PageView<SweepView>),
        (status = 400, description = "The query is wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(
    State(app): State<App>,
    Signed(visit): Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::AUDIT_READ)?;
    if !visit.actor.is_staff() {
        return Err(Refusal::forbidden("forbidden", "Only staff read what the sweep did.").into());
    }
    let mut fields = Fields::of_query(query.as_deref())?;
    let paging = Paging::read(&mut fields);
    fields.finish()?;
    let list = List::new(&visit, "sweeps", "");
    let before: Option<SweepId> = paging.cursor.as_deref().map(|cursor| list.position(&app, cursor)).transpose()?;
    let (runs, next) = app.store.sweeps(before, paging.limit).await?;
    let view = PageView {
        items: runs.iter().map(SweepView::from).collect(),
        next_cursor: next.map(|next| list.cursor(&app, &next)),
    };
    Ok(door::json(StatusCode::OK, &view))
}
