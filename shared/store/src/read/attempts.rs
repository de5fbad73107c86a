use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// An attempt of a task that did not succeed.
#[derive(Debug, Clone, Deserialize)]
pub struct PastAttempt {
    /// Its number.
    pub attempt: i32,
    /// How it ended: `retry`, `failure`, `snooze`, `timed_out`, `panicked`, `lost`, `revoked`.
    pub outcome: String,
    /// `{type, message}`, if there was an error.
    pub error: Option<Value>,
    /// When it began.
    pub claimed_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// The function's request id and its log stream.
    pub claimed_by: Option<String>,
}

impl PastAttempt {
    /// The invocation that it ran in, and the log stream that tells of it.
    #[must_use]
    pub fn invocation(&self) -> (Option<&str>, Option<&str>) {
        invocation(self.claimed_by.as_deref())
    }
}

/// What a claim says of its invocation, in two: the function's request id and its log stream.
#[must_use]
pub fn invocation(claimed_by: Option<&str>) -> (Option<&str>, Option<&str>) {
    match claimed_by.map(|text| text.split_once(' ').unwrap_or((text, ""))) {
        Some((request_id, stream)) => (given(request_id), given(stream)),
        None => (None, None),
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
