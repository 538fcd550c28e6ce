//! Switches logins off and on, unlocks them, and ends sessions (requirements T1–T3, P2, P7, P8).

mod sessions;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Router, routing};
use http::{HeaderMap, StatusCode};
use shared::app::App;
use shared::domain::role::permission;
use shared::domain::rules::toggle::{Switch, toggle};
use shared::domain::rules::unlock::{require_password_change, unlock};
use shared::flow;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::ContactView;
use shared::http::{Problem, Signed};

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(
    disable_login,
    enable_login,
    post_unlock,
    post_require_password_change,
    sessions::list,
    sessions::delete_all,
    sessions::delete_one
))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/contacts/{contact}/disable-login", routing::post(disable_login))
        .route("/v1/contacts/{contact}/enable-login", routing::post(enable_login))
        .route("/v1/contacts/{contact}/unlock", routing::post(post_unlock))
        .route("/v1/contacts/{contact}/require-password-change", routing::post(post_require_password_change))
        .route("/v1/contacts/{contact}/sessions", routing::get(sessions::list).delete(sessions::delete_all))
        .route("/v1/contacts/{contact}/sessions/{session}", routing::delete(sessions::delete_one))
}

/// Disables the login: no sign-in, sessions end now, links die, the password stays.
#[utoipa::path(post, path = "/v1/contacts/{contact}/disable-login", tag = "contacts",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "The state forbids it.", body = ProblemBody)),
    security(("session" = [])))]
async fn disable_login(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    switch(&app, visit, &id, &headers, Switch::Disable).await
}

/// Enables the login: as it was before, but what died stays dead.
#[utoipa::path(post, path = "/v1/contacts/{contact}/enable-login", tag = "contacts",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "The state forbids it.", body = ProblemBody)),
    security(("session" = [])))]
async fn enable_login(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    switch(&app, visit, &id, &headers, Switch::Enable).await
}

async fn switch(
    app: &App,
    mut visit: Visit,
    id: &str,
    headers: &HeaderMap,
    switch: Switch,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::LOGINS_TOGGLE)?;
    let (id, change) = shared::decide!(app, as visit, {
        let account = flow::reachable(app, &visit, id).await?;
        flow::if_match(headers, account.contact.value.version)?;
        (account.contact.value.id, toggle(switch, &account, &visit.actor, &visit.call.moment())?)
    });
    flow::answer(app, &visit, id, &change, StatusCode::OK).await
}

/// Lifts a lock before its time.
#[utoipa::path(post, path = "/v1/contacts/{contact}/unlock", tag = "contacts", operation_id = "unlock",
    params(("contact" = String, Path, description = "`con_…`")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "It is not locked.", body = ProblemBody)),
    security(("session" = [])))]
async fn post_unlock(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::LOGINS_TOGGLE)?;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        (account.contact.value.id, unlock(&account, &visit.actor, &visit.call.moment())?)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}

/// Requires that the password be changed at the next sign-in: until then the person can do nothing else. For administrators.
#[utoipa::path(post, path = "/v1/contacts/{contact}/require-password-change", tag = "contacts",
    operation_id = "require_password_change",
    params(("contact" = String, Path, description = "`con_…`")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "There is no password, or it has to be changed already.", body = ProblemBody)),
    security(("session" = [])))]
async fn post_require_password_change(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::PASSWORDS_SET)?;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        (account.contact.value.id, require_password_change(&account, &visit.actor, &visit.call.moment())?)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}
