//! The SDK's configuration on a machine of one's own: environment and profiles, as the AWS tools read them.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use shared::aws::{https, timeouts};

/// The SDK's configuration; where the environment names no region, `us-east-1`.
pub async fn config() -> SdkConfig {
    let loader =
        aws_config::defaults(BehaviorVersion::latest()).http_client(https::client()).timeout_config(timeouts());
    let is_named = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().any(|name| std::env::var_os(name).is_some());
    if is_named { loader.load().await } else { loader.region(Region::from_static("us-east-1")).load().await }
}
