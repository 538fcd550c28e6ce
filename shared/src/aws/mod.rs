//! The SDK's configuration in a Lambda: region, credentials and endpoints are in its environment, and one HTTPS client
//! serves every service.

pub mod https;

use std::env;
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
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

/// How long a call to AWS may take; how long its connection may, [`https`] says.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(4))
        .operation_timeout(Duration::from_secs(9))
        .build()
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
        .http_client(https::client())
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .service_config(Environment);
    config.set_region(variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")).map(Region::new));
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL"));
    config.build()
}
