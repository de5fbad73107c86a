use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// TLS by ring, with the roots of Mozilla.
///
/// Handed over, not installed for the process, so that no other crate's choice of TLS matters.
pub(super) fn config() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap_or_else(|error| unreachable!("ring speaks every version of TLS: {error}"))
        .with_root_certificates(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
        .with_no_client_auth()
}
