//! TLS towards the world: spoken by ring, trusting whom Mozilla trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// How a client speaks TLS 1.2 or 1.3 with whoever has a certificate under one of Mozilla's roots, which are in the binary.
///
/// To be handed over, not installed for the process, so that no other crate's choice of TLS matters.
#[must_use]
pub fn config() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap_or_else(|error| unreachable!("ring speaks every version of TLS: {error}"))
        .with_root_certificates(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
        .with_no_client_auth()
}
