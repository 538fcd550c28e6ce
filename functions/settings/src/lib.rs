//! What the business sets: its limits, its sites, its roles and how its mails are worded (requirements A2, A3, L2, L12, U7, U8). Read by those who hand out
//! access, changed by administrators alone.

mod business;
mod list;
mod logo;
mod roles;
mod sites;
mod wordings;

use axum::{Router, routing};
use shared::app::App;

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(
    business::get,
    business::patch,
    sites::list,
    sites::post,
    sites::patch,
    logo::put,
    logo::delete,
    roles::list,
    roles::post,
    roles::patch,
    roles::delete,
    roles::permissions,
    wordings::list,
    wordings::get,
    wordings::put,
    wordings::delete,
    wordings::preview,
    wordings::trial
))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/settings", routing::get(business::get).patch(business::patch))
        .route("/v1/sites", routing::get(sites::list).post(sites::post))
        .route("/v1/sites/{site}", routing::patch(sites::patch))
        .route("/v1/sites/{site}/logo", routing::put(logo::put).delete(logo::delete))
        .route("/v1/sites/{site}/templates", routing::get(wordings::list))
        .route(
            "/v1/sites/{site}/templates/{mail}/{language}",
            routing::get(wordings::get).put(wordings::put).delete(wordings::delete),
        )
        .route("/v1/sites/{site}/templates/{mail}/{language}/preview", routing::post(wordings::preview))
        .route("/v1/sites/{site}/templates/{mail}/{language}/trial", routing::post(wordings::trial))
        .route("/v1/roles", routing::get(roles::list).post(roles::post))
        .route("/v1/roles/{role}", routing::patch(roles::patch).delete(roles::delete))
        .route("/v1/permissions", routing::get(roles::permissions))
}
