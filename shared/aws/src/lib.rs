//! How AWS is spoken to: over TLS by ring, with Amazon's own roots.

mod trust;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, HttpClientError};

pub use trust::{BundleError, Trust};

/// What every client of an AWS service is made from: region and credentials of the environment, and endpoints that `trust`
/// vouches for. Opens no connection.
pub async fn config(trust: Trust, timeouts: TimeoutConfig) -> SdkConfig {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context(trust).unwrap_or_else(|error| unreachable!("certificates were read: {error}")))
        .build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).timeout_config(timeouts).load().await
}

fn context(trust: Trust) -> Result<TlsContext, HttpClientError> {
    TlsContext::builder().with_trust_store(trust.into_store()).build()
}
