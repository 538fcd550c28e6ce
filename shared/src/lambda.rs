//! The one user of the Lambda runtime.

use aws_types::SdkConfig;
use axum::Router;
use lambda_http::Error;
use serde::de::DeserializeOwned;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::app::{App, StartError};
use crate::aws;
use crate::http::door;

/// Serves a function's routes behind the HTTP API.
///
/// # Errors
/// The environment is not complete, or the runtime ended.
pub async fn serve(routes: Router<App>) -> Result<(), Error> {
    log();
    let app = App::from_environment(&aws::config()).await?;
    lambda_http::run(door(routes, &app)).await
}

/// Serves a function that events reach. Its handler is given what `parts` makes of the environment, and no more is started.
///
/// # Errors
/// The environment is not complete, or the runtime ended.
pub async fn on_event<P, E, A>(
    parts: impl AsyncFnOnce(&SdkConfig) -> Result<P, StartError>,
    handle: impl AsyncFn(P, E) -> Result<A, Error> + Clone + Send + Sync + 'static,
) -> Result<(), Error>
where
    P: Clone,
    E: DeserializeOwned,
    A: serde::Serialize,
{
    log();
    let parts = parts(&aws::config()).await?;
    lambda_runtime::run(lambda_runtime::service_fn(|event: lambda_runtime::LambdaEvent<E>| {
        let (parts, handle) = (parts.clone(), handle.clone());
        async move { handle(parts, event.payload).await }
    }))
    .await
}

/// JSON lines, each one whole (`security.md` LG-02, LG-05).
pub fn log() {
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| asked.parse::<Targets>().ok());
    let lines = fmt::layer().json().flatten_event(true).with_target(false).with_current_span(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO)))
        .init();
    // A panic's own words may hold what was worked on: where it was is enough.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(event = "panic", at);
    }));
}
