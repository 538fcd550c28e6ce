//! What the business has set, for those who hand out access: its sites and its roles (requirements U8, A2).

use axum::response::Response;
use axum::{Router, routing};
use http::StatusCode;
use serde::Serialize;
use shared::app::App;
use shared::domain::role::{BUILT_IN, permission};
use shared::http::problem::ProblemBody;
use shared::http::{Problem, Signed, door};
use utoipa::ToSchema;

/// This function's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(get_sites, get_roles))]
pub struct Api;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new().route("/v1/sites", routing::get(get_sites)).route("/v1/roles", routing::get(get_roles))
}

/// A list, whole.
#[derive(Debug, Serialize, ToSchema)]
struct List<T> {
    /// Its items.
    items: Vec<T>,
    /// Always null: there is one page.
    next_cursor: Option<String>,
}

impl<T> List<T> {
    fn of(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// A site.
#[derive(Debug, Serialize, ToSchema)]
struct Site {
    /// `sit_…`.
    id: String,
    /// Its name.
    name: String,
    /// The group that it belongs to.
    group: String,
    /// Its login page.
    login_url: String,
}

/// Lists the sites. For those who may create users or grant access.
#[utoipa::path(get, path = "/v1/sites", tag = "settings",
    responses(
        (status = 200, description = "The sites.", body = List<Site>),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
async fn get_sites(Signed(visit): Signed) -> Result<Response, Problem> {
    visit.actor.needs(permission::USERS_CREATE)?;
    let sites = visit
        .call
        .settings
        .sites
        .iter()
        .filter(|site| visit.actor.is_staff() || site.group == visit.organization.value.site_group);
    let items = sites.map(|site| Site {
        id: site.id.to_string(),
        name: site.name.to_string(),
        group: site.group.clone(),
        login_url: site.login_url(),
    });
    Ok(door::json(StatusCode::OK, &List::of(items.collect())))
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
struct Role {
    /// Its name.
    name: String,
    /// Whose users may hold it.
    account_types: Vec<String>,
    /// What it permits.
    permissions: Vec<String>,
}

/// Lists the roles. For those who may create users or grant access.
#[utoipa::path(get, path = "/v1/roles", tag = "settings",
    responses(
        (status = 200, description = "The roles.", body = List<Role>),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
async fn get_roles(Signed(visit): Signed) -> Result<Response, Problem> {
    visit.actor.needs(permission::USERS_CREATE)?;
    let roles =
        BUILT_IN.iter().filter(|role| visit.actor.is_staff() || role.account_types.contains(&visit.actor.account_type));
    let items = roles.map(|role| Role {
        name: role.name.to_owned(),
        account_types: role.account_types.iter().map(|kind| kind.as_str().to_owned()).collect(),
        permissions: role.permissions.iter().map(|&permission| permission.to_owned()).collect(),
    });
    Ok(door::json(StatusCode::OK, &List::of(items.collect())))
}
