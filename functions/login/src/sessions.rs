//! Sessions by JSON: the token is in the answer, and no cookie is set (`security.md` SE-13).

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use shared::app::App;
use shared::domain::change::Change;
use shared::domain::id::{ContactId, SessionId};
use shared::domain::organization::Organization;
use shared::domain::password::Password;
use shared::domain::place::Place;
use shared::domain::rules;
use shared::domain::rules::sign_in::SignedIn;
use shared::domain::session::Session;
use shared::domain::settings::Settings;
use shared::domain::text::Malformed;
use shared::flow::{self, Attempt};
use shared::http::fields::given;
use shared::http::paging::PageView;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::SessionView;
use shared::http::{Call, JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

/// Who signs in.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct SignIn {
    /// An email or a user ID.
    login: String,
    /// The password.
    password: String,
    /// The site.
    site: Option<String>,
}

/// A session begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Begun {
    /// For `Authorization: Bearer …`. A secret.
    token: String,
    /// Who is signed in.
    session: SessionView,
}

/// Signs in.
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions",
    request_body = SignIn,
    responses(
        (status = 201, description = "Signed in.", body = Begun),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 401, description = "Not signed in, for whatever reason.", body = ProblemBody),
        (status = 429, description = "Too many failures from this source, or altogether.", body = ProblemBody),
        (status = 503, description = "Too much at once.", body = ProblemBody)))]
pub(crate) async fn post_session(State(app): State<App>, call: Call, body: JsonBody) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let login = fields.required_text("login");
    let password = fields.required_text("password");
    let site = fields.optional("site", |text| text.parse().map_err(|_| Malformed::Form("must be a site's id")));
    fields.finish()?;
    let (login, password) = (given(login)?, Password::new(&given(password)?));
    let signed_in =
        flow::sign_in(&app, &call, &Attempt { login: &login, password, site, device: None, offer: None }).await?;
    Ok(begun(&signed_in, &call.settings))
}

/// Answers with a session that was begun.
pub(crate) fn begun(signed_in: &SignedIn, settings: &Settings) -> Response {
    let Place { contact, organization } = &signed_in.place;
    let begun = Begun {
        token: signed_in.token.reveal(),
        session: SessionView::new(&signed_in.session, &signed_in.user, contact, organization, settings),
    };
    door::json(StatusCode::CREATED, &begun)
}

fn view(visit: &Visit) -> SessionView {
    let settings = &visit.call.settings;
    SessionView::new(&visit.session.value, &visit.user.value, &visit.contact, &visit.organization, settings)
}

/// To which access.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct Switch {
    /// The contact that holds it: `con_…`, one of `session.accesses`.
    contact: String,
}

/// Goes on with another of one's accesses. The session that asks ends; the new one ends no later than it would have.
#[utoipa::path(post, path = "/v1/session/switch", tag = "sessions", operation_id = "switch_session",
    request_body = Switch,
    responses(
        (status = 201, description = "Switched.", body = Begun),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 401, description = "Nobody is signed in.", body = ProblemBody),
        (status = 404, description = "None of one's own.", body = ProblemBody),
        (status = 409, description = "It can't be used now.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post_switch(
    State(app): State<App>,
    Signed(mut visit): Signed,
    body: JsonBody,
) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let contact = fields
        .required("contact", |text| text.parse::<ContactId>().map_err(|_| Malformed::Form("must be a contact's id")));
    fields.finish()?;
    let switched = switch(&app, &mut visit, given(contact)?).await?;
    Ok(begun(&switched, &visit.call.settings))
}

/// Goes on with another of the visitor's accesses.
pub(crate) async fn switch(app: &App, visit: &mut Visit, contact: ContactId) -> Result<SignedIn, Problem> {
    let (switched, _) = shared::decide!(app, as visit, {
        let place = app.store.place(contact).await?.ok_or_else(Problem::not_found)?;
        let at = visit.call.moment();
        rules::sessions::switch(&visit.user.value, &visit.session, &place, &visit.actor, &at)?
    });
    Ok(switched)
}

/// Tells who is signed in: what a portal asks with each request.
#[utoipa::path(get, path = "/v1/session", tag = "sessions",
    responses(
        (status = 200, description = "Who is signed in.", body = SessionView),
        (status = 401, description = "Nobody is.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn get_session(visit: Visit) -> Response {
    door::json(StatusCode::OK, &view(&visit))
}

/// Signs out.
#[utoipa::path(delete, path = "/v1/session", tag = "sessions",
    responses(
        (status = 204, description = "Signed out."),
        (status = 401, description = "Nobody is signed in.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn delete_session(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    end(&app, &visit, visit.session.value.id).await?;
    Ok(door::empty(StatusCode::NO_CONTENT))
}

/// Ends one of the visitor's own sessions.
pub(crate) async fn end(app: &App, visit: &Visit, session: SessionId) -> Result<(), Problem> {
    let at = visit.call.moment();
    shared::decide!(app, {
        let found = app.store.session_of(visit.actor.user, session).await?.map(|session| session.value);
        match found.as_ref().map(|session| (session, &session.preview)) {
            Some((session, None)) => ((), rules::sessions::end_own(session, &visit.actor, &at)),
            // A preview is none of one's own but to whoever looks on in it.
            Some((session, Some(previewer))) if session.id == visit.session.value.id => {
                let contacts = app.store.contacts(&[session.contact]).await?;
                let contact = contacts.first().ok_or_else(Problem::not_found)?;
                ((), rules::sessions::end_preview(session, previewer, contact, &visit.actor, &at))
            }
            // Ended meanwhile.
            _ => ((), Change::none()),
        }
    });
    Ok(())
}

/// One's own sessions that are good, and where they are.
pub(crate) async fn own(app: &App, visit: &Visit) -> Result<Vec<(Session, Organization)>, Problem> {
    let settings = &visit.call.settings;
    let all = app.store.sessions(visit.actor.user).await?;
    let (contacts, places): (BTreeSet<_>, BTreeSet<_>) =
        all.iter().map(|session| (session.value.contact, session.value.organization)).unzip();
    let contacts = app.store.contacts(&Vec::from_iter(contacts)).await?;
    let places = app.store.organizations(&Vec::from_iter(places)).await?;
    let good = |session: Session| {
        // One's own, and not those of somebody who looks on.
        if session.preview.is_some() {
            return None;
        }
        let contact = contacts.iter().find(|contact| contact.value.id == session.contact)?;
        let place = places.iter().find(|place| place.value.id == session.organization)?;
        let is_good = session.is_good(&visit.user.value, &contact.value, &place.value, settings, visit.call.now);
        is_good.then(|| (session, place.value.clone()))
    };
    Ok(all.into_iter().filter_map(|session| good(session.value)).collect())
}

/// One of one's own sessions.
#[derive(Debug, Serialize, ToSchema)]
struct OwnSession {
    /// `ses_…`.
    id: String,
    /// `org_…`.
    organization: String,
    /// The site that was signed in at.
    site: Option<String>,
    /// When it began.
    created_at: String,
    /// When it was last used, give or take a minute.
    used_at: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// Lists one's own sessions.
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions",
    responses(
        (status = 200, description = "The sessions.", body = PageView<OwnSession>),
        (status = 401, description = "Nobody is signed in.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn get_sessions(State(app): State<App>, Signed(visit): Signed) -> Result<Response, Problem> {
    let items = own(&app, &visit)
        .await?
        .into_iter()
        .map(|(session, _)| OwnSession {
            id: session.id.to_string(),
            organization: session.organization.to_string(),
            site: session.site.map(|site| site.to_string()),
            created_at: session.id.made_at().to_string(),
            used_at: session.used_at.to_string(),
            current: session.id == visit.session.value.id,
        })
        .collect::<Vec<_>>();
    Ok(door::json(StatusCode::OK, &PageView::from(items)))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/v1/sessions/{session}", tag = "sessions",
    params(("session" = String, Path, description = "`ses_…`")),
    responses(
        (status = 204, description = "Ended."),
        (status = 404, description = "None of one's own.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn delete_one(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: SessionId = id.parse().map_err(|_| Problem::not_found())?;
    app.store.session_of(visit.actor.user, id).await?.ok_or_else(Problem::not_found)?;
    end(&app, &visit, id).await?;
    Ok(door::empty(StatusCode::NO_CONTENT))
}
