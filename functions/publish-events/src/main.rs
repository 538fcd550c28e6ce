//! The function as Lambda runs it.

use publish_events::Publisher;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::lambda::on_event(async |config| Publisher::from_environment(config), publish_events::handle).await
}
