//! How AWS is spoken to: as Lambda says who and where we are, over TLS by ring, with Amazon's own roots.

mod trust;

use aws_credential_types::Credentials;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, HttpClientError};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{RetryConfig, SharedCredentialsProvider, TimeoutConfig};
use settings::{AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, AWS_REGION, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN};

pub use trust::{BundleError, Trust};

/// What every client of an AWS service is made from: region and credentials of the environment, and endpoints that `trust`
/// vouches for. Opens no connection.
#[must_use]
pub fn config(trust: Trust, timeouts: TimeoutConfig) -> SdkConfig {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context(trust).unwrap_or_else(|error| unreachable!("certificates were read: {error}")))
        .build_https();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(AWS_REGION.get().map(Region::new))
        .http_client(http)
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts);
    config.set_endpoint_url(AWS_ENDPOINT_URL.get());
    config.set_credentials_provider(credentials());
    config.build()
}

fn context(trust: Trust) -> Result<TlsContext, HttpClientError> {
    TlsContext::builder().with_trust_store(trust.into_store()).build()
}

/// Those of the function's role; they hold as long as the process may live.
fn credentials() -> Option<SharedCredentialsProvider> {
    let (id, secret) = AWS_ACCESS_KEY_ID.get().zip(AWS_SECRET_ACCESS_KEY.get())?;
    let credentials = Credentials::new(id, secret, AWS_SESSION_TOKEN.get(), None, "environment");
    Some(SharedCredentialsProvider::new(credentials))
}
