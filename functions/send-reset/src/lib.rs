//! Sends links: for staff and delegated administrators, and for anybody who forgot their password (requirements L5–L8);
//! tells what became of the mails, and lets them go to an address again (requirement L10).

mod attention;
mod mails;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Router, routing};
use http::{HeaderMap, StatusCode};
use shared::app::App;
use shared::domain::role::permission;
use shared::domain::rules::send_link::send_link;
use shared::domain::text::Malformed;
use shared::flow;
use shared::http::fields::given;
use shared::http::problem::ProblemBody;
use shared::http::views::{ContactView, NothingView};
use shared::http::{Call, JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(post_reset, post_password_reset, mails::list, mails::release, attention::list, attention::resend))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/contacts/{contact}/reset", routing::post(post_reset))
        .route("/v1/attention", routing::get(attention::list))
        .route("/v1/attention/resend", routing::post(attention::resend))
        .route("/v1/contacts/{contact}/mails", routing::get(mails::list))
        .route("/v1/contacts/{contact}/suppression", routing::delete(mails::release))
        .route("/v1/password-resets", routing::post(post_password_reset))
}

/// Sends a password reset, or to an invited person a new invitation.
#[utoipa::path(post, path = "/v1/contacts/{contact}/reset", tag = "contacts",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 202, description = "Sent, or on its way.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "Disabled, revoked or inactive.", body = ProblemBody)),
    security(("session" = [])))]
async fn post_reset(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::LINKS_SEND)?;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        flow::if_match(&headers, account.contact.value.version)?;
        (account.contact.value.id, send_link(&account, &visit.actor, &visit.call.moment())?)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::ACCEPTED).await
}

/// Who forgot their password.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
struct PasswordReset {
    /// An email or a user ID.
    login: String,
    /// The site.
    site: Option<String>,
}

/// Asks for a link. The answer is always the same.
#[utoipa::path(post, path = "/v1/password-resets", tag = "links",
    request_body = PasswordReset,
    responses(
        (status = 202, description = "Always.", body = NothingView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 429, description = "Too many requests.", body = ProblemBody)))]
async fn post_password_reset(State(app): State<App>, call: Call, body: JsonBody) -> Result<Response, Problem> {
    let mut fields = body.fields;
    let login = fields.required_text("login");
    let site = fields.optional("site", |text| text.parse().map_err(|_| Malformed::Form("must be a site's id")));
    fields.finish()?;
    flow::request_link(&app, &call, &given(login)?, site).await?;
    Ok(door::json(StatusCode::ACCEPTED, &NothingView {}))
}
