//! Links: what they are, setting a password with one, asking for another, and the page that people meet (requirements L3–L8).

mod page;
mod reading;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{self, MethodFilter};
use http::StatusCode;
use serde::Serialize;
use shared::app::App;

use shared::domain::password::Password;
use shared::flow;
use shared::http::fields::given;
use shared::http::problem::ProblemBody;
use shared::http::views::NothingView;
use shared::http::{Call, JsonBody, Problem, door};
use utoipa::ToSchema;

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(inspect, redeem, confirm, renew))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/links/inspect", routing::post(inspect))
        .route("/v1/links/redeem", routing::post(redeem))
        .route("/v1/links/confirm", routing::post(confirm))
        .route("/v1/links/renew", routing::post(renew))
        .route("/link/{token}", routing::on(any_but_trace(), page::link))
}

/// A link's page answers to whatever opens it (`api.md`); nobody traces (`security.md` IN-08).
fn any_but_trace() -> MethodFilter {
    MethodFilter::GET
        .or(MethodFilter::HEAD)
        .or(MethodFilter::POST)
        .or(MethodFilter::PUT)
        .or(MethodFilter::PATCH)
        .or(MethodFilter::DELETE)
        .or(MethodFilter::OPTIONS)
}

/// A link, by its token.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
struct Token {
    /// What the link's URL ends with.
    token: String,
}

/// What a link is.
#[derive(Debug, Serialize, ToSchema)]
struct Inspected {
    /// `invite`, `accept`, `reset` or `email_change`.
    purpose: String,
    /// `valid`, `expired`, `used`, `replaced` or `void`.
    state: String,
    /// When its time is over; null where it was not sent yet, or its record is gone.
    expires_at: Option<String>,
}

/// Tells what a link is. Uses nothing up.
#[utoipa::path(post, path = "/v1/links/inspect", tag = "links",
    request_body = Token,
    responses(
        (status = 200, description = "What it is.", body = Inspected),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 404, description = "Never made here.", body = ProblemBody)))]
async fn inspect(State(app): State<App>, call: Call, body: JsonBody) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let token = fields.required_text("token");
    fields.finish()?;
    let shown = reading::read(&app, &call, &given(token)?).await?.ok_or_else(Problem::not_found)?;
    let inspected = Inspected {
        purpose: shown.purpose.as_str().to_owned(),
        state: shown.state.as_str().to_owned(),
        expires_at: shown.link.and_then(|link| link.value.expires_at()).map(|at| at.to_string()),
    };
    Ok(door::json(StatusCode::OK, &inspected))
}

/// A password to be set with a link.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
struct Redeem {
    /// What the link's URL ends with.
    token: String,
    /// The new password.
    password: String,
    /// The same again.
    confirm_password: String,
}

/// Sets a password with a link, and uses it up. A password that is not accepted leaves it good.
#[utoipa::path(post, path = "/v1/links/redeem", tag = "links",
    request_body = Redeem,
    responses(
        (status = 204, description = "The password is set."),
        (status = 400, description = "Fields are missing or wrong, or the password is not accepted.", body = ProblemBody),
        (status = 404, description = "Never made here.", body = ProblemBody),
        (status = 409, description = "This link is taken up by signing in.", body = ProblemBody),
        (status = 410, description = "The link is over.", body = ProblemBody),
        (status = 503, description = "Too much at once.", body = ProblemBody)))]
async fn redeem(State(app): State<App>, call: Call, body: JsonBody) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let token = fields.required_text("token");
    let password = flow::new_password(&mut fields);
    fields.finish()?;
    let shown = reading::read(&app, &call, &given(token)?).await?.ok_or_else(Problem::not_found)?;
    reading::redeem(&app, &call, &shown, &given(password)?).await?;
    Ok(door::empty(StatusCode::NO_CONTENT))
}

/// A link to be taken up by signing in.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
struct Confirm {
    /// What the link's URL ends with.
    token: String,
    /// An email or a user ID that signs in now.
    login: String,
    /// The password.
    password: String,
}

/// Does what a link is for by signing in: takes up an access that is offered (`accept`), or makes a new email the one that
/// signs in (`email_change`). Begins no session.
#[utoipa::path(post, path = "/v1/links/confirm", tag = "links",
    request_body = Confirm,
    responses(
        (status = 204, description = "Done."),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 401, description = "Not signed in, for whatever reason.", body = ProblemBody),
        (status = 404, description = "Never made here.", body = ProblemBody),
        (status = 409, description = "This link sets a password, or somebody has the email by now.", body = ProblemBody),
        (status = 410, description = "The link is over.", body = ProblemBody),
        (status = 429, description = "Too many failures from this source, or altogether.", body = ProblemBody),
        (status = 503, description = "Too much at once.", body = ProblemBody)))]
async fn confirm(State(app): State<App>, call: Call, body: JsonBody) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let token = fields.required_text("token");
    let login = fields.required_text("login");
    let password = fields.required_text("password");
    fields.finish()?;
    let shown = reading::read(&app, &call, &given(token)?).await?.ok_or_else(Problem::not_found)?;
    reading::confirm(&app, &call, &shown, &given(login)?, Password::new(&given(password)?), None).await?;
    Ok(door::empty(StatusCode::NO_CONTENT))
}

/// Asks for a new link in place of one that one holds. The answer is always the same.
#[utoipa::path(post, path = "/v1/links/renew", tag = "links",
    request_body = Token,
    responses(
        (status = 202, description = "Always.", body = NothingView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 429, description = "Too many requests.", body = ProblemBody)))]
async fn renew(State(app): State<App>, call: Call, body: JsonBody) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let token = fields.required_text("token");
    fields.finish()?;
    reading::renew(&app, &call, &given(token)?).await?;
    Ok(door::json(StatusCode::ACCEPTED, &NothingView {}))
}
