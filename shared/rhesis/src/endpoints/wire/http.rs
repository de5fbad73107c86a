use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use reqwest::header::{ACCEPT, CONTENT_ENCODING, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Body, Request, StatusCode};
use rustls::ClientConfig;
use tokio::time::timeout;

use super::broken;
use super::connector::Connector;
use super::deadline::Deadline;
use super::retry_after;
use super::{MAX_HEADERS, MAX_PIECES, bounded};
use crate::endpoints::guard::{Guard, Way};
use crate::endpoints::response::MAX_EXCERPT;
use crate::endpoints::{CallError, CallErrorKind};

type Pool = Client<Connector, Body>;

/// Sends requests to where the guard lets them. Keeps connections, those of each way apart.
#[derive(Debug)]
pub(in crate::endpoints) struct Http {
    guard: Guard,
    public: Pool,
    listed: Pool,
    local: Pool,
    maker: reqwest::Client,
}

/// A response that was read as far as it is of interest: whole if it is a success, else its beginning.
#[derive(Debug)]
pub(in crate::endpoints) struct Answered {
    pub(in crate::endpoints) status: StatusCode,
    pub(in crate::endpoints) headers: HeaderMap,
    pub(in crate::endpoints) body: Vec<u8>,
}

impl Http {
    pub(in crate::endpoints) fn new(guard: Guard, tls: &Arc<ClientConfig>) -> Result<Self, reqwest::Error> {
        let pool = |way| {
            Client::builder(TokioExecutor::new())
                // A frozen function wakes with connections that the other side has closed.
                .pool_idle_timeout(Duration::from_secs(20))
                .pool_timer(TokioTimer::new())
                .http1_max_headers(MAX_HEADERS)
                .build(Connector { guard: guard.clone(), tls: tls.clone(), way })
        };
        let maker = reqwest::Client::builder().tls_backend_preconfigured(tls::config()).no_proxy().build()?;
        let (public, listed, local) = (pool(Way::Public), pool(Way::Listed), pool(Way::Local));
        Ok(Self { public, listed, local, guard, maker })
    }

    pub(in crate::endpoints) fn guard(&self) -> &Guard {
        &self.guard
    }

    /// What makes requests that this sends.
    pub(in crate::endpoints) fn maker(&self) -> reqwest::Client {
        self.maker.clone()
    }

    /// Sends a request, and reads at most `most` bytes of its response. The request's time limit holds for all of it.
    ///
    /// No redirect is followed, no proxy used, and nothing but HTTP/1.1 spoken.
    pub(in crate::endpoints) async fn exchange(
        &self,
        way: Way,
        request: Request,
        most: usize,
    ) -> Result<Answered, CallError> {
        let deadline = request.timeout().map_or_else(Deadline::never, |limit| Deadline::after(*limit));
        let mut request = http::Request::<Body>::try_from(request)
            .map_err(|_| CallError::invalid("url", "cannot be requested"))?;
        let ours = HeaderValue::from_static(concat!("rhesis/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().entry(USER_AGENT).or_insert(ours);
        request.headers_mut().entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        let pool = match way {
            Way::Public => &self.public,
            Way::Listed => &self.listed,
            Way::Local => &self.local,
        };
        let response = timeout(deadline.left(), bounded(request, |request| pool.request(request)));
        let (head, mut incoming) = response.await.map_err(|_| broken::late())??.into_parts();
        let mut answered = Answered { status: head.status, headers: head.headers, body: Vec::new() };
        if !answered.status.is_success() {
            // The status is what matters: a refusal whose body breaks off is still that refusal.
            timeout(deadline.left(), read(&mut incoming, MAX_EXCERPT, &mut answered.body)).await.ok();
            return Ok(answered);
        }
        if let Some(encoding) = encoding(&answered.headers) {
            let why = format!("the response is encoded as {encoding:?}, which was not asked for");
            return Err(CallError::new(CallErrorKind::InvalidResponse, why));
        }
        let reading = timeout(deadline.left(), read(&mut incoming, most, &mut answered.body));
        if !reading.await.map_err(|_| broken::late())?? {
            let why = format!("the response is larger than {most} bytes");
            return Err(CallError::new(CallErrorKind::ResponseTooLarge, why));
        }
        Ok(answered)
    }
}

/// What the body is encoded as, if anything: `identity` is nothing, and so is nothing.
fn encoding(headers: &HeaderMap) -> Option<&HeaderValue> {
    let is_nothing = |word: &str| word.is_empty() || word.eq_ignore_ascii_case("identity");
    let is_plain = |value: &HeaderValue| {
        value.to_str().is_ok_and(|text| text.split(',').all(|word| is_nothing(word.trim())))
    };
    headers.get_all(CONTENT_ENCODING).iter().find(|value| !is_plain(value))
}

impl Answered {
    /// The body, as the text that was asked for.
    ///
    /// # Errors
    /// The status is no success, the body is not all there is, or no UTF-8.
    pub(in crate::endpoints) fn text(self) -> Result<String, CallError> {
        let invalid = |why: &str| CallError::new(CallErrorKind::InvalidResponse, why.to_owned());
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        if self.status == StatusCode::PARTIAL_CONTENT {
            return Err(invalid("the response is a part, which was not asked for: HTTP 206"));
        }
        String::from_utf8(self.body).map_err(|_| invalid("the response is not UTF-8"))
    }

    /// What is to be said of a status that is no success.
    pub(in crate::endpoints) fn refusal(&self) -> CallError {
        refusal(self.status, &self.headers, &self.body)
    }
}

/// What is to be said of a status that is no success.
pub(in crate::endpoints) fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> CallError {
    let mut error = CallError::new(CallErrorKind::Http, format!("HTTP {status}"));
    if status.is_redirection() {
        error.reason.push_str("; redirects are not followed");
    }
    error.status = Some(status.as_u16());
    error.retry_after = retry_after::read(headers, SystemTime::now());
    error.response = Some(String::from_utf8_lossy(body).chars().take(MAX_EXCERPT).collect());
    error
}

/// Reads the body, or as much of it as `most` allows; whether that is all of it.
pub(in crate::endpoints) async fn read(
    body: &mut Incoming,
    most: usize,
    into: &mut Vec<u8>,
) -> Result<bool, CallError> {
    let announced = body.size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok());
    into.reserve_exact(announced.unwrap_or_default().min(most));
    let mut pieces = 0;
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(|error| broken::connection(&error))?.into_data() else { continue };
        pieces += 1;
        if pieces > MAX_PIECES {
            let why = format!("the response comes in more than {MAX_PIECES} pieces");
            return Err(CallError::new(CallErrorKind::ResponseTooLarge, why));
        }
        let room = most - into.len();
        into.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room {
            return Ok(false);
        }
    }
    Ok(true)
}
