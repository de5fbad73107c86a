use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::answer::{Answer, refusal};
use super::ask::Ask;
use super::patience::{Wrong, pause};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::place::Place;

/// Whoever does not take a connection within this is not there.
const CONNECTING: Duration = Duration::from_secs(10);
/// The longest silence before and in an answer: `?wait=20` holds one back for 20 s, and a gateway gives up after 30.
const SILENCE: Duration = Duration::from_secs(40);
/// Bytes a second that the slowest way takes which is still waited for: a part of 4 MiB may take minutes.
const SLOWEST_WAY: u64 = 16 << 10;
/// No answer of ours is as long, in bytes or in time.
const LONGEST_ANSWER: usize = 64 << 20;
const LONGEST_READ: Duration = Duration::from_secs(600);

/// The API at one place, on behalf of one token.
pub(crate) struct Api {
    client: Client,
    base: String,
    authorization: HeaderValue,
}

impl Api {
    /// A client of the API at `place`; connects to nobody yet.
    pub(crate) fn new(place: &Place) -> Result<Self, Failure> {
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", place.token)).map_err(|_| {
            Failure { exit: Exit::NotAllowed, sentence: "The token has characters that no token has.".into() }
        })?;
        authorization.set_sensitive(true);
        let mut client = Client::builder()
            .tls_backend_preconfigured(tls::config())
            .user_agent(concat!("rhesis-tasks/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECTING);
        if place.is_on_this_machine() {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| Failure::failed(format!("No HTTP client: {error}.")))?;
        Ok(Self { client, base: place.url.trim_end_matches('/').to_owned(), authorization })
    }

    /// The answer to a GET as JSON of some shape.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: impl Into<String>) -> Result<T, Failure> {
        self.send(Ask::get(path)).await?.read()
    }

    /// The answer as an object that has something in this field.
    pub(crate) async fn object(&self, ask: Ask, field: &str) -> Result<Value, Failure> {
        self.send(ask).await?.object(field)
    }

    /// The object at a path as the API wrote it; it has something in this field.
    pub(crate) async fn raw(&self, ask: Ask, field: &str) -> Result<Box<RawValue>, Failure> {
        let answer = self.send(ask).await?;
        answer.object(field)?;
        answer.read()
    }

    /// Sends a request, again where that is safe, and reads its answer.
    pub(crate) async fn send(&self, mut ask: Ask) -> Result<Answer, Failure> {
        for tries in 0.. {
            let sent = self.attempt(&ask).await;
            let (wait, failure) = match sent {
                Err(Broken::Silent) => (None, self.silent()),
                Err(Broken::Lost(error)) if error.is_connect() => {
                    (pause(tries, &Wrong::Unconnected, true), self.unreachable(&error))
                }
                Err(Broken::Lost(error)) => {
                    (pause(tries, &Wrong::Lost, ask.repeatable), self.unreachable(&error))
                }
                Ok((status, headers, body)) => {
                    if status.is_success() {
                        return Ok(Answer { headers, body });
                    }
                    let wait = pause(tries, &Wrong::Refused(status, &headers), ask.repeatable);
                    if status == StatusCode::TOO_MANY_REQUESTS
                        && let Some((path, wait)) = ask.unheld.take().zip(wait)
                    {
                        // The time passes here instead: nothing that a person would have to know.
                        ask.path = path;
                        tokio::time::sleep(wait).await;
                        continue;
                    }
                    (wait, refusal(status, &headers, &body))
                }
            };
            let Some(wait) = wait else { return Err(failure) };
            if wait >= Duration::from_secs(1) {
                output::aside(&format!("{} Trying again in {} s.", failure.sentence, wait.as_secs()));
            }
            tokio::time::sleep(wait).await;
        }
        unreachable!("tries end")
    }

    async fn attempt(&self, ask: &Ask) -> Result<(StatusCode, HeaderMap, Vec<u8>), Broken> {
        let mut request = self
            .client
            .request(ask.method.clone(), format!("{}{}", self.base, ask.path))
            .header(AUTHORIZATION, self.authorization.clone());
        let mut patience = SILENCE;
        if let Some(body) = &ask.body {
            patience += Duration::from_secs(body.len() as u64 / SLOWEST_WAY);
            request = request.header(CONTENT_TYPE, ask.content_type).body(body.clone());
        }
        if let Some(key) = &ask.key {
            request = request.header("Idempotency-Key", key);
        }
        let response = timeout(patience, request.send()).await??;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = timeout(LONGEST_READ, read(response)).await??;
        Ok((status, headers, body))
    }

    fn silent(&self) -> Failure {
        Failure::unreachable(format!(
            "{} does not answer: it took the request and was silent for {} s.",
            self.base,
            SILENCE.as_secs()
        ))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let what = if error.is_builder() { "is no address" } else { "cannot be reached" };
        Failure::unreachable(format!("{} {what}: {cause}.", self.base))
    }
}

/// How an attempt broke off.
enum Broken {
    /// Nothing came for too long.
    Silent,
    Lost(reqwest::Error),
}

impl From<reqwest::Error> for Broken {
    fn from(error: reqwest::Error) -> Self {
        Self::Lost(error)
    }
}

impl From<Elapsed> for Broken {
    fn from(_: Elapsed) -> Self {
        Self::Silent
    }
}

/// The body, as far as an answer of ours goes; what is longer is cut and will be no JSON.
async fn read(mut response: Response) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    while let Some(chunk) = timeout(SILENCE, response.chunk()).await?? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            break;
        }
    }
    Ok(body)
}
