use std::time::{Duration, SystemTime, UNIX_EPOCH};

use catalog::{DeliverWebhook, Delivery};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::ExposeSecret as _;
use serde_json::json;
use standardwebhooks::Webhook;

use super::Receiver;
use crate::endpoints::{CallError, CallErrorKind, Client};
use crate::secrets::{Keys, SecretError};

/// How long a receiver may take, to the last byte of its response.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// The longest that a receiver may ask us to wait before the next attempt.
const LONGEST_WAIT: Duration = Duration::from_secs(4 * 3600);

/// What a receiver answered, where nothing is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It has been told; with its status, if that could be read.
    Delivered(Option<u16>),
    /// It does not want to be called again: 410.
    Gone,
}

/// Why a receiver has not been told. Its text holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The secret to sign with cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The secret is not one of Standard Webhooks.
    #[error("the stored secret is none to sign with")]
    BadSecret,
    /// The call did not succeed.
    #[error("webhook call failed: {}", .0.reason)]
    Call(CallError),
}

impl SendError {
    /// Whether trying again may help. A status is worth another try whatever it says: receivers are repaired.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Call(error) if error.kind != CallErrorKind::InvalidEndpoint)
    }

    /// How long the receiver asked to wait, at most four hours.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after.map(|wait| wait.min(LONGEST_WAIT)),
            _ => None,
        }
    }

    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Call(error) => error.status,
            _ => None,
        }
    }
}

impl Reply {
    pub(super) fn status(self) -> Option<u16> {
        match self {
            Self::Delivered(status) => status,
            Self::Gone => Some(410),
        }
    }
}

impl From<Reply> for Delivery {
    fn from(reply: Reply) -> Self {
        let outcome = match reply {
            Reply::Delivered(_) => "delivered",
            Reply::Gone => "gone",
        };
        Self { outcome: outcome.into(), status: reply.status() }
    }
}

/// Why an address may not be called, as far as it can be seen without asking for its name; `None`: it may.
pub fn refuse(client: &Client, url: &str) -> Option<String> {
    client.may_post(url).err().map(|error| error.reason)
}

/// Tells a receiver of an event, signed. `message_id` is the same for every attempt: receivers know repeats by it.
pub async fn send(
    client: &Client,
    receiver: &Receiver,
    message_id: &str,
    event: &DeliverWebhook,
) -> Result<Reply, SendError> {
    let body = json!({ "type": event.event, "timestamp": event.occurred_at, "data": event.data }).to_string();
    let headers = sign(client.keys(), receiver, message_id, &body)?;
    match client.post(&receiver.url, headers, body, TIME_LIMIT).await {
        Ok(status) => Ok(Reply::Delivered(status)),
        Err(error) if error.status == Some(410) => Ok(Reply::Gone),
        Err(error) => Err(SendError::Call(error)),
    }
}

fn sign(keys: &Keys, receiver: &Receiver, message_id: &str, body: &str) -> Result<HeaderMap, SendError> {
    let secret = keys.open(&receiver.secret)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let signature = Webhook::new(secret.expose_secret())
        .and_then(|webhook| webhook.sign(message_id, now.cast_signed(), body.as_bytes()))
        .map_err(|_| SendError::BadSecret)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("webhook-timestamp", HeaderValue::from(now));
    for (name, value) in [("webhook-id", message_id), ("webhook-signature", &signature)] {
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| SendError::BadSecret)?);
    }
    Ok(headers)
}
