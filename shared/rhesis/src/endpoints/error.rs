use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// Why a call gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallErrorKind {
    /// The endpoint answered with a status that is not 2xx.
    Http,
    /// No complete response within the time limit.
    Timeout,
    /// The connection could not be made, or broke.
    Network,
    /// The response is larger than what is read.
    ResponseTooLarge,
    /// The response cannot be understood.
    InvalidResponse,
    /// The endpoint is configured in a way that makes no request.
    InvalidEndpoint,
    /// No encrypted connection could be agreed on: the certificate is not the host's, or not trusted.
    Tls,
    /// The token endpoint gave no token.
    Authentication,
}

impl CallErrorKind {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http_error",
            Self::Timeout => "timeout",
            Self::Network => "network_error",
            Self::ResponseTooLarge => "response_too_large",
            Self::InvalidResponse => "invalid_response",
            Self::InvalidEndpoint => "invalid_endpoint",
            Self::Tls => "tls_error",
            Self::Authentication => "authentication_error",
        }
    }
}

/// A call that gave no answer. Its text holds no prompt, answer or secret and may be logged; its JSON may not.
#[derive(Debug, Clone)]
pub struct CallError {
    /// What went wrong.
    pub kind: CallErrorKind,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// What went wrong, in words.
    pub reason: String,
    /// The part of the endpoint's configuration that is wrong, as `request_headers.x`; the reason begins with it.
    pub field: Option<Box<str>>,
    /// How long the endpoint asked to wait.
    pub retry_after: Option<Duration>,
    /// Method, URL and headers without secrets; null if no request was made.
    pub request: Value,
    /// The beginning of the response's body: an answer, so never to be logged.
    pub response: Option<String>,
}

impl CallError {
    pub(crate) fn new(kind: CallErrorKind, reason: String) -> Self {
        Self {
            kind,
            status: None,
            reason,
            field: None,
            retry_after: None,
            request: Value::Null,
            response: None,
        }
    }

    /// The endpoint's own fault: `why` follows the name of the field, as "must be …".
    pub(super) fn invalid(field: &str, why: &str) -> Self {
        let reason = format!("endpoint.{field} {why}");
        Self { field: Some(field.into()), ..Self::new(CallErrorKind::InvalidEndpoint, reason) }
    }

    /// The reason without the name of its field.
    pub fn detail(&self) -> &str {
        let field = self.field.as_deref().unwrap_or_default();
        self.reason.strip_prefix(&format!("endpoint.{field} ")).unwrap_or(&self.reason)
    }

    /// Whether the same call may succeed later: HTTP 408, 429, 502 to 504, and 520 to 529, which stand for those at the
    /// proxies of Cloudflare and others; time-outs and broken connections.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            CallErrorKind::Http => matches!(self.status, Some(408 | 429 | 502..=504 | 520..=529)),
            CallErrorKind::Timeout | CallErrorKind::Network => true,
            _ => false,
        }
    }

    /// What is stored as the output of the test.
    pub fn to_json(&self) -> Value {
        json!({
            "error": true,
            "error_type": self.kind.as_str(),
            "message": self.to_string(),
            "status_code": self.status,
            "request": self.request,
            "response_content": self.response,
        })
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "endpoint call failed: {}", self.reason)
    }
}

impl std::error::Error for CallError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_these_statuses_are_worth_another_try() {
        let transient: Vec<u16> = (300..600)
            .filter(|status| {
                let mut error = CallError::new(CallErrorKind::Http, String::new());
                error.status = Some(*status);
                error.is_transient()
            })
            .collect();
        let proxies = 520..=529;
        assert_eq!(transient, [408, 429, 502, 503, 504].into_iter().chain(proxies).collect::<Vec<u16>>());
    }
}
