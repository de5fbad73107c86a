use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use reqwest::{Request, Response, StatusCode, redirect};

use super::guard::{Guard, Resolver, Way};
use super::{CallError, CallErrorKind, broken, retry_after};

/// How much of the body of a refusal is kept, in bytes.
pub(super) const MAX_EXCERPT: usize = 2_000;

/// Sends requests to where the guard lets them. Keeps connections, those of either way apart.
#[derive(Debug, Clone)]
pub(super) struct Http {
    guard: Guard,
    public: reqwest::Client,
    listed: reqwest::Client,
}

/// A response that was read as far as it is of interest: whole if it is a success, else its beginning.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Http {
    pub(super) fn new(guard: Guard) -> Result<Self, reqwest::Error> {
        let client = |way| {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls::config())
                .user_agent(concat!("rhesis/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .no_proxy()
                .dns_resolver(Resolver { guard: guard.clone(), way })
                // A frozen function wakes with connections that the other side has closed.
                .pool_idle_timeout(Duration::from_secs(20))
                .build()
        };
        Ok(Self { public: client(Way::Public)?, listed: client(Way::Listed)?, guard })
    }

    pub(super) fn guard(&self) -> &Guard {
        &self.guard
    }

    /// What makes requests that this sends.
    pub(super) fn maker(&self) -> reqwest::Client {
        self.public.clone()
    }

    /// Sends a request, and reads at most `most` bytes of its response.
    pub(super) async fn exchange(
        &self,
        way: Way,
        request: Request,
        most: usize,
    ) -> Result<Answered, CallError> {
        let client = match way {
            Way::Public => &self.public,
            Way::Listed => &self.listed,
        };
        let mut response = client.execute(request).await.map_err(|error| broken::request(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if !status.is_success() {
            // The status is what matters: a refusal whose body breaks off is still that refusal.
            let body = read(&mut response, MAX_EXCERPT).await.map(|(body, _)| body).unwrap_or_default();
            return Ok(Answered { status, headers, body });
        }
        if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
            let why = format!("the response is encoded as {encoding:?}, which was not asked for");
            return Err(CallError::new(CallErrorKind::InvalidResponse, why));
        }
        let (body, complete) = read(&mut response, most).await?;
        if !complete {
            let why = format!("the response is larger than {most} bytes");
            return Err(CallError::new(CallErrorKind::ResponseTooLarge, why));
        }
        Ok(Answered { status, headers, body })
    }
}

impl Answered {
    /// What is to be said of a status that is no success.
    pub(super) fn refusal(&self) -> CallError {
        refusal(self.status, &self.headers, &self.body)
    }
}

/// What is to be said of a status that is no success.
pub(super) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> CallError {
    let mut error = CallError::new(CallErrorKind::Http, format!("HTTP {status}"));
    if status.is_redirection() {
        error.reason.push_str("; redirects are not followed");
    }
    error.status = Some(status.as_u16());
    error.retry_after = retry_after::read(headers, SystemTime::now());
    error.response = Some(String::from_utf8_lossy(body).chars().take(MAX_EXCERPT).collect());
    error
}

/// The body, or as much of it as `most` allows, and whether that is all of it.
async fn read(response: &mut Response, most: usize) -> Result<(Vec<u8>, bool), CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken::request(&error))? {
        if body.len() + chunk.len() > most {
            body.extend_from_slice(&chunk[..most - body.len()]);
            return Ok((body, false));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body, true))
}
