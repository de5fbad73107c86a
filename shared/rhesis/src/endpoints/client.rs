use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::{Response, redirect};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::{Answer, CallError, CallErrorKind, Endpoint, mapping, redact, request, retry_after};

/// How long a call may take, to the last byte of its response.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The largest response that is read.
const MAX_RESPONSE: usize = 2 * 1024 * 1024;
/// How much of the body of a refusal is kept.
const MAX_EXCERPT: usize = 2_000;

/// Calls endpoints. Made once per process: it keeps connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
}

impl Client {
    /// A client with a time limit of 30 s, which follows no redirects and ignores proxy variables.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::with_timeout(TIMEOUT)
    }

    /// A client with another time limit for a whole call.
    pub fn with_timeout(timeout: Duration) -> Result<Self, reqwest::Error> {
        // Handed over, not installed for the process, so that no other crate's choice of TLS matters.
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .unwrap_or_else(|error| unreachable!("ring speaks every version of TLS: {error}"))
            .with_root_certificates(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(concat!("rhesis/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            // A frozen function wakes with connections that the other side has closed.
            .pool_idle_timeout(Duration::from_secs(20))
            .timeout(timeout)
            .build()?;
        Ok(Self { http })
    }

    /// Asks the endpoint one prompt. Never tries twice: a transient error is the caller's to repeat.
    pub async fn call(&self, endpoint: &Endpoint, prompt: &str) -> Result<Answer, CallError> {
        let request = request::build(endpoint, prompt)?;
        let shown = redact::request(&endpoint.method, request.url(), request.headers());
        let body = self.send(request).await.map_err(|mut error| {
            error.request = shown.clone();
            error
        })?;
        (mapping::map(&endpoint.mappings, &body).map(|body| Answer { body })).map_err(|mut error| {
            error.request = shown;
            error.response = Some(excerpt(&body));
            error
        })
    }

    async fn send(&self, request: reqwest::Request) -> Result<String, CallError> {
        let mut response = self.http.execute(request).await.map_err(unanswered)?;
        if response.status().is_success() {
            let (body, complete) = read(&mut response, MAX_RESPONSE).await?;
            if !complete {
                let why = format!("the response is larger than {MAX_RESPONSE} bytes");
                return Err(CallError::new(CallErrorKind::ResponseTooLarge, why));
            }
            return String::from_utf8(body).map_err(|_| {
                CallError::new(CallErrorKind::InvalidResponse, "the response is not UTF-8".to_owned())
            });
        }
        let status = response.status();
        let mut error = CallError::new(CallErrorKind::Http, format!("HTTP {status}"));
        if status.is_redirection() {
            error.reason.push_str("; redirects are not followed");
        }
        error.status = Some(status.as_u16());
        error.retry_after = retry_after::read(response.headers(), SystemTime::now());
        // The status is what matters: a refusal whose body breaks off is still that refusal.
        let body = read(&mut response, MAX_EXCERPT).await.map(|(body, _)| body).unwrap_or_default();
        error.response = Some(excerpt(&String::from_utf8_lossy(&body)));
        Err(error)
    }
}

/// The body, or as much of it as `limit` allows, and whether that is all of it.
async fn read(response: &mut Response, limit: usize) -> Result<(Vec<u8>, bool), CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unanswered)? {
        if body.len() + chunk.len() > limit {
            body.extend_from_slice(&chunk[..limit - body.len()]);
            return Ok((body, false));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body, true))
}

fn unanswered(error: reqwest::Error) -> CallError {
    if error.is_timeout() {
        return CallError::new(
            CallErrorKind::Timeout,
            "no complete response within the time limit".to_owned(),
        );
    }
    if error.is_builder() {
        return CallError::new(CallErrorKind::InvalidEndpoint, "endpoint.url cannot be requested".to_owned());
    }
    // The innermost cause says most ("connection refused") and, unlike the outermost, does not quote the URL.
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    let why = cause.map_or_else(|| "the connection broke".to_owned(), ToString::to_string);
    CallError::new(CallErrorKind::Network, why)
}

fn excerpt(body: &str) -> String {
    body.chars().take(MAX_EXCERPT).collect()
}
