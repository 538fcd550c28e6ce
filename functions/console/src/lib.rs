//! The console: the pages on which staff and customers' own administrators do their work. Each page asks the API, in this
//! process, as any client would: what it may show and do is what the API answers.

mod access;
mod access_shown;
mod api;
mod attention;
mod confirm;
mod contact;
mod credential;
mod deed;
mod details;
mod fields;
mod form;
mod frame;
mod login_names;
mod logo;
mod new_user;
mod notice;
mod organization;
mod organization_form;
mod password;
mod people;
mod reader;
mod roles;
mod settings;
mod several;
mod sheet;
mod sites;
mod upload;
mod wordings;
pub mod words;

use axum::middleware::from_fn;
use axum::{Router, routing};
use shared::app::App;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/console", routing::get(people::show))
        .route("/console/new-user", routing::get(new_user::show).post(new_user::post))
        .route("/console/attention", routing::get(attention::show).post(attention::post))
        .route("/console/new-organization", routing::get(organization_form::show_new).post(organization_form::post_new))
        .route("/console/organizations/{organization}", routing::get(organization::show).post(organization::post))
        .route("/console/organizations/{organization}/confirm", routing::get(organization::confirm))
        .route(
            "/console/organizations/{organization}/edit",
            routing::get(organization_form::show).post(organization_form::post),
        )
        .route("/console/organizations/{organization}/access", routing::get(several::show).post(several::post))
        .route("/console/new-contact", routing::get(details::show_new).post(details::post_new))
        .route("/console/contacts/{contact}", routing::get(contact::show).post(contact::post))
        .route("/console/contacts/{contact}/confirm", routing::get(contact::confirm))
        .route("/console/contacts/{contact}/access", routing::get(access::show).post(access::post))
        .route("/console/contacts/{contact}/edit", routing::get(details::show).post(details::post))
        .route("/console/contacts/{contact}/login", routing::get(login_names::show).post(login_names::post))
        .route("/console/contacts/{contact}/password", routing::get(password::show).post(password::post))
        .route("/console/settings", routing::get(settings::show).post(settings::post))
        .route("/console/sites", routing::get(sites::list))
        .route("/console/new-site", routing::get(sites::new).post(sites::add))
        .route("/console/sites/{site}", routing::get(sites::show).post(sites::post))
        .route("/console/sites/{site}/logo", routing::get(sites::show).post(logo::post))
        .route("/console/sites/{site}/logo/confirm", routing::get(logo::confirm))
        .route("/console/sites/{site}/templates", routing::get(wordings::list))
        .route("/console/sites/{site}/templates/{mail}/{language}", routing::get(wordings::show).post(wordings::post))
        .route("/console/sites/{site}/templates/{mail}/{language}/confirm", routing::get(wordings::confirm))
        .route("/console/roles", routing::get(roles::list))
        .route("/console/new-role", routing::get(roles::new).post(roles::make))
        .route("/console/roles/{role}", routing::get(roles::show).post(roles::post))
        .route("/console/roles/{role}/confirm", routing::get(roles::confirm))
        .route_layer(from_fn(reader::tell))
}
