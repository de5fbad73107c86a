use url::{Origin, Url};

use super::Name;
use super::placeholder::{names, whole};
use crate::endpoints::{ApiKey, Auth, Endpoint};

impl Endpoint {
    /// The field by which the secret in `auth` of `before` would go somewhere else than it went, if there is one: another scheme, host or
    /// port, another token server, another header or parameter. Whoever may change an endpoint need not know its secrets.
    pub fn moves_secret_of(&self, before: &Self) -> Option<&'static str> {
        if origin(&self.url) != origin(&before.url) {
            return Some("url");
        }
        match (&self.auth, &before.auth) {
            (Auth::BearerToken { .. }, Auth::BearerToken { .. }) => {}
            (Auth::ApiKey(now), Auth::ApiKey(then)) => {
                if now.query != then.query {
                    return Some("auth.query");
                }
                if !header(now).eq_ignore_ascii_case(header(then)) {
                    return Some("auth.header");
                }
            }
            (Auth::ClientCredentials(now), Auth::ClientCredentials(then)) => {
                if now.token_url.trim() != then.token_url.trim() {
                    return Some("auth.token_url");
                }
                if now.token_endpoint_auth_method != then.token_endpoint_auth_method {
                    return Some("auth.token_endpoint_auth_method");
                }
            }
            _ => return Some("auth.type"),
        }
        (headers(self, Name::AuthToken) != headers(before, Name::AuthToken)).then_some("request_headers")
    }

    /// The same for a secret that the endpoint names.
    pub fn moves_named_secret_of(&self, before: &Self, name: &str) -> Option<&'static str> {
        if origin(&self.url) != origin(&before.url) {
            return Some("url");
        }
        if headers(self, Name::Named(name)) != headers(before, Name::Named(name)) {
            return Some("request_headers");
        }
        (parameters(self, name) != parameters(before, name)).then_some("query_params")
    }
}

/// Scheme, host and port; `None` if it is no URL, which equals nothing that was stored.
fn origin(url: &str) -> Option<Origin> {
    Url::parse(url.trim()).ok().map(|url| url.origin())
}

fn header(key: &ApiKey) -> &str {
    key.header.as_deref().unwrap_or("x-api-key")
}

/// The headers that say that a secret goes there.
fn headers(endpoint: &Endpoint, secret: Name<'_>) -> Vec<String> {
    let says = |value: &serde_json::Value| value.as_str().is_some_and(|text| names(text).contains(&secret));
    let mut headers: Vec<String> = (endpoint.headers.iter())
        .filter(|(_, value)| says(value))
        .map(|(header, _)| header.to_lowercase())
        .collect();
    headers.sort();
    headers
}

/// The query parameters whose value is a secret.
fn parameters<'e>(endpoint: &'e Endpoint, secret: &str) -> Vec<&'e str> {
    let says = |value: &serde_json::Value| value.as_str().and_then(whole) == Some(secret);
    endpoint.query.iter().filter(|(_, value)| says(value)).map(|(name, _)| name.as_str()).collect()
}
