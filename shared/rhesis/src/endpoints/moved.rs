use url::{Origin, Url};

use super::{ApiKey, Auth, Endpoint, placeholder};

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
        (placed(self) != placed(before)).then_some("request_headers")
    }
}

/// Scheme, host and port; `None` if it is no URL, which equals nothing that was stored.
fn origin(url: &str) -> Option<Origin> {
    Url::parse(url.trim()).ok().map(|url| url.origin())
}

fn header(key: &ApiKey) -> &str {
    key.header.as_deref().unwrap_or("x-api-key")
}

/// The headers that say where the secret goes.
fn placed(endpoint: &Endpoint) -> Vec<String> {
    let says = |value: &serde_json::Value| value.as_str().is_some_and(placeholder::is_in);
    let mut names: Vec<String> = (endpoint.headers.iter())
        .filter(|(_, value)| says(value))
        .map(|(name, _)| name.to_lowercase())
        .collect();
    names.sort();
    names
}
