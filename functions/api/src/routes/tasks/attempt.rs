use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::PastAttempt;

/// An attempt that did not succeed, and where its log is.
#[derive(Serialize)]
pub(crate) struct Attempt {
    attempt: i32,
    outcome: String,
    error: Option<Value>,
    claimed_at: Option<DateTime<Utc>>,
    ended_at: DateTime<Utc>,
    request_id: Option<String>,
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
