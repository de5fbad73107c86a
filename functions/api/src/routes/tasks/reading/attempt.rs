use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::PastAttempt;
use utoipa::ToSchema;

/// An attempt that did not succeed, and where its log is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Attempt {
    /// Its number, from 1.
    attempt: i32,
    /// How it ended, as `retry`, `failed` or `lost`.
    #[schema(example = "retry")]
    outcome: String,
    /// Why: `type`, `message`, and what else the handler said.
    error: Option<Value>,
    /// When it was claimed.
    claimed_at: Option<DateTime<Utc>>,
    /// When it ended.
    ended_at: DateTime<Utc>,
    /// The invocation that ran it.
    request_id: Option<String>,
    /// Where its log is.
    log_stream: Option<String>,
}

impl From<PastAttempt> for Attempt {
    fn from(past: PastAttempt) -> Self {
        let (request_id, log_stream) = past.invocation();
        Self {
            request_id: request_id.map(str::to_owned),
            log_stream: log_stream.map(str::to_owned),
            attempt: past.attempt,
            outcome: past.outcome,
            error: past.error,
            claimed_at: past.claimed_at,
            ended_at: past.ended_at,
        }
    }
}
