//! The function as Lambda runs it.

use shared::app::App;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::lambda::on_event(App::from_environment, sweep::handle).await
}
