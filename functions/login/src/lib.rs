//! Signing in and out, the session, and one's own account (requirements P5–P9).

mod account;
mod email;
mod logo;
mod pages;
mod password;
mod preview;
mod sessions;

use axum::extract::RawQuery;
use axum::response::Response;
use axum::{Router, routing};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use shared::app::App;
use shared::http::pages::{SCRIPT, SCRIPT_VERSION};

/// How long a browser keeps what its address names to the last byte: a year, without asking again.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(
    sessions::post_session,
    sessions::get_sessions,
    sessions::delete_one,
    sessions::get_session,
    sessions::delete_session,
    sessions::post_switch,
    password::put_password,
    email::post_email,
    preview::post_preview
))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/sessions", routing::post(sessions::post_session).get(sessions::get_sessions))
        .route("/v1/sessions/{session}", routing::delete(sessions::delete_one))
        .route("/v1/session", routing::get(sessions::get_session).delete(sessions::delete_session))
        .route("/v1/session/switch", routing::post(sessions::post_switch))
        .route("/v1/contacts/{contact}/preview", routing::post(preview::post_preview))
        .route("/v1/session/email", routing::post(email::post_email))
        .route("/v1/session/password", routing::put(password::put_password))
        .route("/", routing::get(pages::home))
        .route("/sign-in", routing::get(pages::sign_in).post(pages::post_sign_in))
        .route("/sign-out", routing::get(pages::home).post(pages::post_sign_out))
        .route("/forgot-password", routing::get(pages::forgot_password).post(pages::post_forgot_password))
        .route("/preview", routing::post(preview::post_page))
        .route("/account", routing::get(account::account).post(account::post_account))
        .route("/openapi.json", routing::get(openapi))
        .route("/script.js", routing::get(script))
        .route("/logo/{site}", routing::get(logo::show))
}

/// The contract, as it was generated from the code.
async fn openapi() -> Response {
    let mut answer = Response::new(include_str!("../../../docs/openapi.json").into());
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// The script of the pages. Its address tells what it is: a browser that has it need not ask again. Under another address, which
/// an older or a newer page asks for while a deployment is under way, it is not kept.
async fn script(RawQuery(query): RawQuery) -> Response {
    let mut answer = Response::new(SCRIPT.into());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    if query.is_some_and(|query| query == *SCRIPT_VERSION) {
        headers.insert(CACHE_CONTROL, KEPT);
    }
    answer
}
