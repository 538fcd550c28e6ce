//! The console: the pages on which staff and customers' own administrators do their work. Each page asks the API, in this
//! process, as any client would: what it may show and do is what the API answers.

mod access;
mod api;
mod attention;
mod contact;
mod fields;
mod frame;
mod new_user;
mod organization;
mod people;

use axum::{Router, routing};
use shared::app::App;

/// This function's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/console", routing::get(people::show))
        .route("/console/new-user", routing::get(new_user::show).post(new_user::post))
        .route("/console/attention", routing::get(attention::show).post(attention::post))
        .route("/console/organizations/{organization}", routing::get(organization::show))
        .route("/console/contacts/{contact}", routing::get(contact::show).post(contact::post))
        .route("/console/contacts/{contact}/confirm", routing::get(contact::confirm))
        .route("/console/contacts/{contact}/access", routing::get(access::show).post(access::post))
}
