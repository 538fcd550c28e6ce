//! The directory: organizations and contacts are listed, searched, made, edited, made inactive and active again
//! (requirements O1–O9).

mod contacts;
mod list;
mod organizations;

use axum::{Router, routing};
use shared::app::App;

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(
    organizations::list,
    organizations::post,
    organizations::get,
    organizations::patch,
    organizations::inactivate,
    organizations::reactivate,
    contacts::list,
    contacts::post,
    contacts::patch,
    contacts::inactivate,
    contacts::reactivate
))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/organizations", routing::get(organizations::list).post(organizations::post))
        .route("/v1/organizations/{organization}", routing::get(organizations::get).patch(organizations::patch))
        .route("/v1/organizations/{organization}/inactivate", routing::post(organizations::inactivate))
        .route("/v1/organizations/{organization}/reactivate", routing::post(organizations::reactivate))
        .route("/v1/contacts", routing::get(contacts::list).post(contacts::post))
        // Read by grant-access (`api.md`).
        .route("/v1/contacts/{contact}", routing::patch(contacts::patch))
        .route("/v1/contacts/{contact}/inactivate", routing::post(contacts::inactivate))
        .route("/v1/contacts/{contact}/reactivate", routing::post(contacts::reactivate))
}
