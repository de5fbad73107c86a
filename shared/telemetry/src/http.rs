use std::sync::Arc;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use opentelemetry_http::hyper::HyperClient;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::sender::PATIENCE;

/// A client for the OTLP endpoint, which waits as long as everybody may.
pub(crate) fn client() -> HyperClient<HttpsConnector<HttpConnector>> {
    // Handed over, not installed for the process, so that no other crate's choice of TLS matters.
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap_or_else(|error| unreachable!("ring speaks every version of TLS: {error}"))
        .with_root_certificates(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
        .with_no_client_auth();
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    HyperClient::new(connector, PATIENCE, None)
}
