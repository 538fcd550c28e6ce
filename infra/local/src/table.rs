//! The embedded table: a real DynamoDB endpoint on loopback, its data in a file or in memory.

use std::path::Path;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::Builder;
use dynoxide::Database;
use tokio::net::TcpListener;

/// Starts the engine and gives its endpoint. It lives as long as the process.
///
/// # Errors
/// The file can't be opened, or no port can be bound.
pub async fn start(file: Option<&Path>) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let database = match file {
        Some(file) => Database::new(&file.to_string_lossy())?,
        None => Database::memory()?,
    };
    Ok(serve(database).await?)
}

/// Serves an engine's data and gives its endpoint.
///
/// # Errors
/// No port can be bound.
pub async fn serve(database: Database) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let expiring = database.clone();
    tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()));
    tokio::spawn(async move {
        // Nothing expires by itself here; AWS does this within days.
        loop {
            tokio::time::sleep(std::time::Duration::from_hours(1)).await;
            let database = expiring.clone();
            let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
            tracing::debug!(event = "ttl_swept", swept = ?swept.ok().and_then(Result::ok));
        }
    });
    Ok(endpoint)
}

/// The SDK's configuration for a service on this machine. The embedded services take any credentials; emulators know these.
pub fn config(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .http_client(Builder::new().build_http())
        .credentials_provider(aws_sdk_dynamodb::config::SharedCredentialsProvider::new(
            aws_sdk_dynamodb::config::Credentials::new("test", "test", None, None, "local"),
        ))
        .build()
}
