use std::time::Duration;

use reqwest::{Url, redirect};
use serde_json::Value;

/// How long an issuer may take to answer, to the last byte.
const TIME_LIMIT: Duration = Duration::from_secs(3);

/// The largest set of keys that is read, in bytes.
const LARGEST: usize = 256 * 1024;

/// A client that asks an issuer for its keys.
pub(super) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config())
        .user_agent(concat!("rhesis/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        // Asked once in a long while: a kept connection would be a dead one.
        .pool_max_idle_per_host(0)
        .timeout(TIME_LIMIT)
        .build()
}

/// The `keys` of a JWKS document, or why there are none, in words for the log.
pub(super) async fn keys(client: &reqwest::Client, url: &Url) -> Result<Vec<Value>, String> {
    let mut response =
        client.get(url.clone()).send().await.map_err(|error| error.without_url().to_string())?;
    if !response.status().is_success() {
        return Err(format!("HTTP {}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(format!("more than {LARGEST} bytes"));
        }
    }
    let document: Value = serde_json::from_slice(&body).map_err(|_| "no JSON".to_owned())?;
    document["keys"].as_array().cloned().ok_or_else(|| "no keys in it".to_owned())
}
