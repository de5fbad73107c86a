//! What may be shown of a request: everything but the secrets and the body.

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

const REDACTED: &str = "***REDACTED***";
const SECRET: [&str; 8] = ["auth", "token", "key", "secret", "password", "cookie", "credential", "signature"];

/// Method, URL and headers, with the values of everything whose name sounds secret taken out.
pub(super) fn request(method: &str, url: &Url, headers: &HeaderMap) -> Value {
    let headers: serde_json::Map<String, Value> = (headers.iter())
        .map(|(name, value)| {
            let shown = if is_secret(name.as_str()) { REDACTED } else { value.to_str().unwrap_or(REDACTED) };
            (name.as_str().to_owned(), shown.into())
        })
        .collect();
    json!({"method": method, "url": shown(url), "headers": headers})
}

fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    if url.query().is_some() {
        let pairs = url.query_pairs().map(|(name, value)| {
            let value = if is_secret(&name) { REDACTED.into() } else { value };
            (name, value)
        });
        shown.query_pairs_mut().clear().extend_pairs(pairs);
    }
    shown.into()
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_headers_and_query_are_taken_out_and_the_rest_is_kept() {
        let mut headers = HeaderMap::new();
        headers.insert("Authorization", "Bearer s3cr3t".parse().unwrap());
        headers.insert("x-api-key", "s3cr3t".parse().unwrap());
        headers.insert("accept", "application/json".parse().unwrap());
        let url = Url::parse("http://a/b?api_key=s3cr3t&lang=de").unwrap();
        let shown = request("POST", &url, &headers);
        assert!(!shown.to_string().contains("s3cr3t"), "{shown}");
        assert_eq!(shown["headers"]["accept"], "application/json");
        assert_eq!(shown["url"], "http://a/b?api_key=***REDACTED***&lang=de");
    }
}
