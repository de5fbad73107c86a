use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, Request, Url};

use crate::endpoints::guard::{Guard, Way};
use crate::endpoints::{CallError, CallErrorKind, Client};

/// How much of a response is read; nothing of it is kept.
const MOST: usize = 16 * 1024;

const SCHEMES: [&str; 2] = ["http", "https"];

impl Client {
    /// Posts a body to an address of a user's choice, if the guard lets it; answers the status of a success, or none if
    /// what came with it could not be read to its end.
    pub(crate) async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: String,
        limit: Duration,
    ) -> Result<Option<u16>, CallError> {
        let (url, way) = decide(self.guard(), url)?;
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = headers;
        *request.timeout_mut() = Some(limit);
        *request.body_mut() = Some(body.into());
        match self.http.exchange(way, request, MOST).await {
            Ok(answer) if answer.status.is_success() => Ok(Some(answer.status.as_u16())),
            Ok(answer) => Err(answer.refusal()),
            Err(error)
                if matches!(error.kind, CallErrorKind::ResponseTooLarge | CallErrorKind::InvalidResponse) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether an address may be posted to, as far as that can be seen without looking its name up.
    pub(crate) fn may_post(&self, url: &str) -> Result<(), CallError> {
        decide(self.guard(), url).map(drop)
    }
}

fn decide(guard: &Guard, url: &str) -> Result<(Url, Way), CallError> {
    let url =
        Url::parse(url.trim()).map_err(|error| CallError::invalid("url", &format!("is no URL: {error}")))?;
    let way = guard.check("url", &url, SCHEMES)?;
    Ok((url, way))
}
