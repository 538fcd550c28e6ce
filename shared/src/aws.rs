//! The SDK's configuration in a Lambda: region, credentials and endpoints are in its environment, and one HTTPS connector
//! serves every service.

use std::env;
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// What Lambda sets in every function's environment.
#[derive(Debug)]
struct Environment;

impl LoadServiceConfig for Environment {
    /// `AWS_ENDPOINT_URL_<SERVICE>`, as every AWS SDK reads it.
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().replace(' ', "_").to_uppercase();
        variable(&format!("{}_{service}", key.env()))
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// How long a call to AWS may take.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(4))
        .operation_timeout(Duration::from_secs(9))
        .build()
}

/// The client of every service: TLS with the system's roots. They are parsed once, here: left to itself, the SDK parses them
/// anew for each service, twice.
pub fn https_client() -> SharedHttpClient {
    let mut settings = HttpConnectorSettings::builder();
    settings.set_connect_timeout(timeouts().connect_timeout());
    let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::Ring));
    let connector = connector.connector_settings(settings.build());
    let connector = SharedHttpConnector::new(connector.build());
    http_client_fn(move |_, _| connector.clone())
}

/// The SDK's configuration, from a Lambda's environment.
pub fn config() -> SdkConfig {
    let key = |name| variable(name).unwrap_or_default();
    let credentials = Credentials::new(
        key("AWS_ACCESS_KEY_ID"),
        key("AWS_SECRET_ACCESS_KEY"),
        variable("AWS_SESSION_TOKEN"),
        None,
        "Environment",
    );
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(https_client())
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .service_config(Environment);
    config.set_region(variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")).map(Region::new));
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL"));
    config.build()
}
