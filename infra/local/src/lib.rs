//! Latchkey on one machine: every function's routes in one process, the table embedded, the mail in an inbox.
//! The SDK's clients talk to real endpoints here as everywhere; only where those are differs.

pub mod background;
pub mod inbox;
pub mod keys;
pub mod serve;
pub mod table;

use axum::Router;
use shared::app::App;

/// Every function's routes.
pub fn routes() -> Router<App> {
    [
        create_user::routes(),
        grant_access::routes(),
        login::routes(),
        redeem_link::routes(),
        send_reset::routes(),
        settings::routes(),
        toggle_login::routes(),
    ]
    .into_iter()
    .fold(Router::new(), Router::merge)
}
