use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

/// Whether Rhesis's SDK asks, as far as a request tells: it says that its body is JSON where it has none, and does not say what it
/// accepts. Since 0.19 it names itself; before, nothing says more of it than that `requests` made the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AskedBySdk(pub(crate) bool);

impl AskedBySdk {
    /// By method and headers. A request with a body is nobody's in particular: what it is answered, all read alike.
    pub(super) fn of(method: &Method, headers: &HeaderMap) -> Self {
        let says = |name, text: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .is_some_and(|value| value.starts_with(text))
        };
        Self(
            matches!(*method, Method::GET | Method::DELETE)
                && ["python-requests/", "rhesis-sdk/"].iter().any(|agent| says(header::USER_AGENT, agent))
                && says(header::CONTENT_TYPE, "application/json")
                && headers.get(header::ACCEPT).is_none_or(|accepted| accepted == "*/*"),
        )
    }
}

impl<S: Sync> FromRequestParts<S> for AskedBySdk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.method, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &Method, agent: &str, content_type: Option<&str>) -> bool {
        accepting(method, agent, content_type, "*/*")
    }

    fn accepting(method: &Method, agent: &str, content_type: Option<&str>, accepted: &str) -> bool {
        let mut headers = HeaderMap::from_iter([(header::USER_AGENT, agent.parse().unwrap())]);
        headers.insert(header::ACCEPT, accepted.parse().unwrap());
        headers.extend(content_type.map(|value| (header::CONTENT_TYPE, value.parse().unwrap())));
        AskedBySdk::of(method, &headers).0
    }

    #[test]
    fn the_sdk_is_known_by_a_type_of_no_body_and_nobody_else_is_taken_for_it() {
        let json = Some("application/json");
        assert!(of(&Method::GET, "python-requests/2.33.1", json));
        assert!(of(&Method::DELETE, "python-requests/2.33.1", json));
        assert!(of(&Method::GET, "rhesis-sdk/0.19.1", json));
        assert!(!of(&Method::GET, "python-requests/2.33.1", None));
        assert!(!of(&Method::POST, "python-requests/2.33.1", json));
        assert!(!of(&Method::GET, "python-httpx/0.28.1", json));
        assert!(!of(&Method::GET, "curl/8.5.0", json));
        assert!(!accepting(&Method::GET, "python-requests/2.33.1", json, "application/json"));
    }
}
