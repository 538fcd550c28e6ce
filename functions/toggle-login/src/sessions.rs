//! The sessions of a contact: listed, ended one by one or all at once (requirement P7).

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use shared::app::App;
use shared::domain::id::{SessionId, UserKey};
use shared::domain::role::permission;
use shared::domain::rules::preview::goes_on;
use shared::domain::rules::sessions::{end_all, end_one};
use shared::flow;
use shared::http::paging::PageView;
use shared::http::problem::ProblemBody;
use shared::http::views::ContactView;
use shared::http::{Problem, Signed, door};
use utoipa::ToSchema;

/// A session of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactSession {
    /// `ses_…`.
    id: String,
    /// The site that was signed in at.
    site: Option<String>,
    /// When it began.
    created_at: String,
    /// When it was last used, give or take a minute.
    used_at: String,
    /// Whether it is one of the staff who looks on.
    preview: bool,
}

/// Lists the sessions of a contact: those of its own access alone.
#[utoipa::path(get, path = "/v1/contacts/{contact}/sessions", tag = "contacts", operation_id = "list_contact_sessions",
    params(("contact" = String, Path, description = "`con_…`")),
    responses(
        (status = 200, description = "The sessions.", body = PageView<ContactSession>),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::LOGINS_TOGGLE)?;
    let account = flow::reachable(&app, &visit, &id).await?;
    let (place, now, settings) = (account.place(), visit.call.now, &visit.call.settings);
    let all = match &account.user {
        Some(user) => app.store.sessions(user.value.id).await?,
        None => Vec::new(),
    };
    let good = all.into_iter().map(|session| session.value).filter(|session| {
        session.contact == account.contact.value.id
            && account.user.as_ref().is_some_and(|user| {
                session.is_good(&user.value, &place.contact.value, &place.organization.value, settings, now)
            })
    });
    let mut shown = Vec::new();
    for session in good {
        let over = match &session.preview {
            Some(previewer) => app.store.previewer(previewer).await?.is_none_or(|own| !goes_on(&own, settings, now)),
            None => false,
        };
        if !over {
            shown.push(session);
        }
    }
    let items = shown.into_iter().map(|session| ContactSession {
        id: session.id.to_string(),
        site: session.site.map(|site| site.to_string()),
        // Of one that was switched to, since then: not since signing in elsewhere (requirement O8).
        created_at: session.id.made_at().to_string(),
        used_at: session.used_at.to_string(),
        preview: session.preview.is_some(),
    });
    Ok(door::json(StatusCode::OK, &PageView::from(items.collect::<Vec<_>>())))
}

/// Ends one session of a contact.
#[utoipa::path(delete, path = "/v1/contacts/{contact}/sessions/{session}", tag = "contacts",
    operation_id = "end_contact_session",
    params(("contact" = String, Path, description = "`con_…`"), ("session" = String, Path, description = "`ses_…`")),
    responses(
        (status = 204, description = "Ended."),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such session of a contact in your scope.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn delete_one(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path((id, session)): Path<(String, String)>,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::LOGINS_TOGGLE)?;
    let session: SessionId = session.parse().map_err(|_| Problem::not_found())?;
    shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        let user: UserKey = account.user.as_ref().map(|user| user.value.id).ok_or_else(Problem::not_found)?;
        let session = app.store.session_of(user, session).await?.ok_or_else(Problem::not_found)?;
        ((), end_one(&account, &session, &visit.actor, &visit.call.moment())?)
    });
    Ok(door::empty(StatusCode::NO_CONTENT))
}

/// Ends every session of the contact.
#[utoipa::path(delete, path = "/v1/contacts/{contact}/sessions", tag = "contacts", operation_id = "end_contact_sessions",
    params(("contact" = String, Path, description = "`con_…`")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn delete_all(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::LOGINS_TOGGLE)?;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        (account.contact.value.id, end_all(&account, &visit.actor, &visit.call.moment())?)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}
