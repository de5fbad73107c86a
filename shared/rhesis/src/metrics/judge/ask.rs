//! Asks a model over its chat API: the client library speaks it, the guarded client of the endpoints does the dialling.

use std::time::Duration;

use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::sync::Semaphore;
use tower::service_fn;

use super::{message, prompt, reply};
use crate::endpoints::{CallError, CallErrorKind, Client};
use crate::metrics::score::{NoScore, Score};
use crate::metrics::{Material, Metric};
use crate::models::Model;
use crate::programs::Size;
use crate::secrets::Mask;

/// How long one call of a model may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How often a model is asked within one attempt of a test.
const TRIES: u32 = 3;
/// The longest that an attempt waits because a model's API said so; longer, and the attempt ends.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The largest reply that is read, in bytes. A verdict has some hundred, and reasoning before it some ten thousand.
const MAX_REPLY: usize = 256 * 1024;
/// The most that a reply may take in memory once it is parsed, in bytes: as many models as judge a batch may reply at once.
const HEAVIEST_REPLY: u64 = 2 * 1024 * 1024;
/// How often what is sent is there at a time: as it is judged, as JSON, in the message, and in the request.
const COPIES: usize = 5;
/// What all requests to models that are under way may take, in KiB: an eighth of a function's memory. A usual one takes ten;
/// who takes more than all goes alone.
const ROOM: u32 = 32 * 1024;

static UNDER_WAY: Semaphore = Semaphore::const_new(ROOM as usize);

/// What a model says of an answer.
pub(in crate::metrics) async fn score(
    metric: &Metric,
    model: Option<&Model>,
    material: &Material<'_>,
    client: &Client,
) -> Result<Score, NoScore> {
    let Some(model) = model else {
        let why =
            "no model: neither the metric nor the configuration (attributes.evaluation_model_id) names one";
        return Err(NoScore::Error(why.to_owned()));
    };
    let key = model
        .key(client.keys())
        .map_err(|error| NoScore::Error(format!("the key of model {}: {error}", model.name)))?;
    let mask = Mask::of(key.as_ref().map(|key| key.expose_secret()));
    let mut structured = true;
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match once(metric, model, key.as_ref(), material, client, structured).await {
            // Masked before anything of it is cut: half a key is not found any more.
            Ok(answer) => {
                match message::read(&mask.value(answer)).and_then(|reply| reply::read(metric, &reply)) {
                    Ok(score) => return Ok(score),
                    // Another reply may be better; a model that cannot do it will not be better in an hour.
                    Err(problem) if tries == TRIES => return Err(NoScore::Error(problem)),
                    Err(_) => continue,
                }
            }
            Err(error) => error,
        };
        if structured && matches!(error.status, Some(400 | 422)) {
            // Its API may know nothing of response formats.
            structured = false;
            tries -= 1;
            continue;
        }
        let reason = format!("the model {} could not be asked: {}", model.name, error.reason);
        if !is_transient(&error) {
            // What the API says of it may quote the prompt: it is stored for the user, and goes into no log.
            let said = error
                .response
                .and_then(|text| message::error(&mask.value(serde_json::from_str(&text).ok()?)));
            let said = said.map(|said| format!(", and says: {said}")).unwrap_or_default();
            return Err(NoScore::Error(reason + &said));
        }
        let after = error.retry_after;
        if tries == TRIES || after.is_some_and(|wait| wait > LONGEST_WAIT) {
            return Err(NoScore::Again { reason, after });
        }
        tokio::time::sleep(after.unwrap_or_else(|| backoff(tries))).await;
    }
}

async fn once(
    metric: &Metric,
    model: &Model,
    key: Option<&SecretString>,
    material: &Material<'_>,
    client: &Client,
    structured: bool,
) -> Result<Value, CallError> {
    let config = OpenAIConfig::new()
        .with_api_base(model.endpoint.trim_end_matches('/'))
        .with_api_key(key.map_or("", |key| key.expose_secret()))
        // Else the library takes them from this process's environment.
        .with_org_id("")
        .with_project_id("");
    let (maker, client, keyless) = (client.maker(), client.clone(), key.is_none());
    let dial = service_fn(move |factory: HttpRequestFactory| {
        let client = client.clone();
        async move { exchange(&client, factory, keyless).await }
    });
    let takes = u32::try_from(material.length_as_sent() * COPIES / 1024).unwrap_or(ROOM).min(ROOM);
    let broken = |_| CallError::new(CallErrorKind::Network, "the call broke off".to_owned());
    let _room = UNDER_WAY.acquire_many(takes).await.map_err(broken)?;
    let request = prompt::request(metric, &model.model_name, material, structured);
    let api = async_openai::Client::build(maker, config).with_http_service(dial);
    let answer: Result<Value, OpenAIError> = api.chat().create_byot(request).await;
    answer.map_err(ours)
}

async fn exchange(
    client: &Client,
    factory: HttpRequestFactory,
    keyless: bool,
) -> Result<reqwest::Response, OpenAIError> {
    let mut request = factory.build().await?;
    *request.timeout_mut() = Some(TIMEOUT);
    if keyless {
        request.headers_mut().remove(reqwest::header::AUTHORIZATION);
    }
    let boxed = |error: CallError| OpenAIError::Boxed(Box::new(error));
    let body = client.fetch("endpoint", request, MAX_REPLY).await.map_err(boxed)?;
    // As Windows writes it.
    let body = body.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(body);
    // The library would log a body that is no JSON.
    if serde_json::from_str::<serde::de::IgnoredAny>(&body).is_err() {
        let why = "the response is not JSON".to_owned();
        return Err(boxed(CallError::new(CallErrorKind::InvalidResponse, why)));
    }
    if message::is_ambiguous(&body) {
        let why = "the response says something twice".to_owned();
        return Err(boxed(CallError::new(CallErrorKind::InvalidResponse, why)));
    }
    if Size::of(&body).weight > HEAVIEST_REPLY {
        let why = "the response holds too many values".to_owned();
        return Err(boxed(CallError::new(CallErrorKind::ResponseTooLarge, why)));
    }
    Ok(http::Response::new(body).into())
}

fn ours(error: OpenAIError) -> CallError {
    match error {
        OpenAIError::Boxed(error) => match error.downcast::<CallError>() {
            Ok(error) => *error,
            Err(_) => CallError::new(CallErrorKind::Network, "the call broke off".to_owned()),
        },
        // Its text may quote the body.
        _ => CallError::new(
            CallErrorKind::InvalidEndpoint,
            "the model's endpoint cannot be requested".to_owned(),
        ),
    }
}

/// More than for an endpoint, whose 500 is a finding: a model is only a tool.
fn is_transient(error: &CallError) -> bool {
    error.is_transient() || error.status.is_some_and(|status| status >= 500)
}

fn backoff(tries: u32) -> Duration {
    Duration::from_millis(500 * u64::from(2_u32.pow(tries - 1))).mul_f64(rand::rng().random_range(0.5..1.0))
}
