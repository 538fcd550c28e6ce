//! The SDK's configuration on a machine of one's own: environment and profiles, as the AWS tools read them.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use shared::aws::{https_client, timeouts};

/// The SDK's configuration; where no region is named, `us-east-1`.
pub async fn config() -> SdkConfig {
    let region =
        aws_config::meta::region::RegionProviderChain::default_provider().or_else(Region::from_static("us-east-1"));
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(https_client())
        .timeout_config(timeouts())
        .region(region)
        .load()
        .await
}
