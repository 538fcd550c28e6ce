//! Latchkey on one machine: every function's routes in one process, the table embedded, the mail in an inbox.
//! The SDK's clients talk to real endpoints here as everywhere; only where those are differs.

pub mod aws;
pub mod background;
pub mod events;
pub mod inbox;
mod kept;
pub mod keys;
pub mod serve;
mod simulator;
pub mod stream;
pub mod table;

use axum::Router;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use shared::app::App;
use shared::domain::email::Email;
use shared::domain::text::Name;
use shared::flow::Deployment;

/// Every function's routes.
pub fn routes() -> Router<App> {
    [
        console::routes(),
        create_user::routes(),
        directory::routes(),
        grant_access::routes(),
        login::routes(),
        read_audit::routes(),
        redeem_link::routes(),
        send_reset::routes(),
        settings::routes(),
        toggle_login::routes(),
    ]
    .into_iter()
    .fold(Router::new(), Router::merge)
}

/// A page of this machine alone, that loads nothing but what the policy lets it.
fn dressed(mut answer: Response, policy: &'static str) -> Response {
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A deployment as its settings describe it: `LATCHKEY_BUSINESS`, `LATCHKEY_ADMIN_EMAIL`, `LATCHKEY_SENDER`,
/// `LATCHKEY_SITES`.
///
/// # Errors
/// Which setting is wrong, and how.
pub fn deployment(setting: impl Fn(&str) -> String) -> Result<Deployment, String> {
    let email = |name: &str| Email::parse(&setting(name)).map_err(|error| format!("{name} {error}"));
    Ok(Deployment {
        business: Name::parse(&setting("LATCHKEY_BUSINESS")).map_err(|error| format!("LATCHKEY_BUSINESS {error}"))?,
        administrator: email("LATCHKEY_ADMIN_EMAIL")?,
        sender: email("LATCHKEY_SENDER")?,
        sites: Deployment::parse_sites(&setting("LATCHKEY_SITES"))
            .map_err(|error| format!("LATCHKEY_SITES {error}"))?,
    })
}
