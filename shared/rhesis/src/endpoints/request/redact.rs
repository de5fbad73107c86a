//! What may be shown of a request: everything but the secrets and the body.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use url::Url;

use crate::endpoints::names::{is_secret_parameter, may_be_secret};
use crate::endpoints::secrets::Opened;

const REDACTED: &str = "***REDACTED***";

/// Method, URL and headers, without the secret and the values of everything whose name sounds like one.
pub(in crate::endpoints) fn request(method: &str, url: &Url, headers: &HeaderMap, opened: &Opened) -> Value {
    let headers: serde_json::Map<String, Value> = (headers.iter())
        .map(|(name, value)| {
            let hidden = value.is_sensitive() || may_be_secret(name.as_str());
            let shown = if hidden { REDACTED } else { value.to_str().unwrap_or(REDACTED) };
            (name.as_str().to_owned(), shown.into())
        })
        .collect();
    json!({"method": method, "url": shown(url, opened), "headers": headers})
}

fn shown(url: &Url, opened: &Opened) -> String {
    let mut shown = url.clone();
    if url.query().is_some() {
        let hidden = |name: &str| may_be_secret(name) || is_secret_parameter(name) || opened.is_in(name);
        let pairs = url.query_pairs().map(|(name, value)| {
            let value = if hidden(&name) { REDACTED.into() } else { value };
            (name, value)
        });
        shown.query_pairs_mut().clear().extend_pairs(pairs);
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_headers_and_query_are_taken_out_and_the_rest_is_kept() {
        let mut headers = HeaderMap::new();
        let mut sensitive: reqwest::header::HeaderValue = "s3cr3t".parse().unwrap();
        sensitive.set_sensitive(true);
        headers.insert("Authorization", "Bearer s3cr3t".parse().unwrap());
        headers.insert("x-api-key", "s3cr3t".parse().unwrap());
        headers.insert("accept", "application/json".parse().unwrap());
        let url = Url::parse("http://a/b?api_key=s3cr3t&lang=de").unwrap();
        headers.insert("x-odd", sensitive);
        let shown = request("POST", &url, &headers, &Opened::default());
        assert!(!shown.to_string().contains("s3cr3t"), "{shown}");
        assert_eq!(shown["headers"]["accept"], "application/json");
        assert_eq!(shown["url"], "http://a/b?api_key=***REDACTED***&lang=de");
    }
}
