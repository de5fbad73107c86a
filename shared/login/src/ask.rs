use std::time::Duration;

use aws::Trust;
use aws_types::SdkConfig;
use aws_types::sdk_config::TimeoutConfig;

use crate::Error;

/// How AWS is asked for secrets and credentials. Made where it is needed: most functions on most stacks never are.
pub(crate) fn config() -> Result<SdkConfig, Error> {
    // Below the 10 s that Lambda gives a function to start.
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build();
    Ok(aws::config(Trust::from_settings()?, timeouts))
}
