//! Reads the audit (requirement S2). There is no call that writes or deletes in it (`security.md` AZ-11).

mod sweeps;
mod view;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::{Router, routing};
use http::StatusCode;
use shared::app::App;
use shared::domain::audit::{Action, Filter};
use shared::domain::id::AuditId;
use shared::domain::role::permission;
use shared::domain::rules::audit::shown;
use shared::domain::text::Malformed;
use shared::flow;
use shared::http::cursor::List;
use shared::http::paging::{PageView, Paging};
use shared::http::problem::ProblemBody;
use shared::http::{Fields, Problem, Signed, door};
use view::EntryView;

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(list, sweeps::list))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new().route("/v1/audit", routing::get(list)).route("/v1/sweeps", routing::get(sweeps::list))
}

/// Lists what was done, newest first. Staff read all of it; others what was done to their own organization's contacts, a
/// partner's also to those of that partner's customers: the login behind an access, and who among the staff acted, stay out.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", operation_id = "list_audit",
    params(("contact" = Option<String>, Query, description = "About this contact: `con_…`."),
        ("organization" = Option<String>, Query, description = "At this organization: `org_…`."),
        ("actor" = Option<String>, Query, description = "Done by this user: `usr_…`."),
        ("action" = Option<String>, Query, description = "What was done, such as `access_granted`."),
        ("from" = Option<String>, Query, description = "Not before this time."),
        ("to" = Option<String>, Query, description = "Before this time."),
        ("limit" = Option<u16>, Query, description = "1 to 200; 50 where nothing is said."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")),
    responses(
        (status = 200, description = "A page.", body = PageView<EntryView>),
        (status = 400, description = "The query is wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact or organization in your scope.", body = ProblemBody)),
    security(("session" = [])))]
async fn list(State(app): State<App>, Signed(visit): Signed, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    visit.actor.needs(permission::AUDIT_READ)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let paging = Paging::read(&mut fields);
    let time = |text: &str| text.parse().map_err(|_| Malformed::Form("must be a time such as 2026-01-31T12:00:00Z"));
    let mut filter = Filter {
        contact: fields.optional("contact", |text| text.parse().map_err(|_| Malformed::Form("must be a contact's id"))),
        organization: fields
            .optional("organization", |text| text.parse().map_err(|_| Malformed::Form("must be an organization's id"))),
        actor: fields.optional("actor", |text| text.parse().map_err(|_| Malformed::Form("must be a user's id"))),
        action: fields.optional("action", |text| Action::parse(text).ok_or(Malformed::Form("is no action there is"))),
        from: fields.optional("from", time),
        to: fields.optional("to", time),
    };
    fields.finish()?;
    if let Some(contact) = filter.contact {
        flow::reachable(&app, &visit, &contact.to_string()).await?;
    }
    if let Some(organization) = filter.organization {
        flow::reachable_organization(&app, &visit, organization).await?;
    }
    if !visit.actor.is_staff() && filter.contact.is_none() {
        filter.organization.get_or_insert(visit.actor.organization);
    }
    let list = List::new(&visit, "audit", &format!("{filter:?}"));
    let before: Option<AuditId> = paging.cursor.as_deref().map(|cursor| list.position(&app, cursor)).transpose()?;
    // Whoever is not staff filters by what they are shown, not by what was written.
    let picky = !visit.actor.is_staff();
    let (narrow, fits) = if picky {
        (Filter { actor: None, action: None, ..filter.clone() }, filter)
    } else {
        (filter.clone(), Filter::default())
    };
    let page = app
        .store
        .audit(&narrow, before, paging.limit, picky, |entry| {
            shown(entry, &visit.actor).filter(|entry| fits.admits(entry))
        })
        .await?;
    let view = PageView {
        items: page.entries.iter().map(EntryView::from).collect(),
        next_cursor: page.next.map(|next| list.cursor(&app, &next)),
    };
    Ok(door::json(StatusCode::OK, &view))
}
