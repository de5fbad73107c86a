use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use opentelemetry_http::hyper::HyperClient;

use crate::sender::PATIENCE;

/// A client for the OTLP endpoint, which waits as long as everybody may.
pub(crate) fn client() -> HyperClient<HttpsConnector<HttpConnector>> {
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(tls::config()).https_or_http().enable_http1().build();
    HyperClient::new(connector, PATIENCE, None)
}
