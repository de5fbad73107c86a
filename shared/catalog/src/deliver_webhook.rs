use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use task::{Retry, Task};
use uuid::Uuid;

/// Tells one webhook of an event. Started by Postgres in the commit of what it tells of, or to try a webhook out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliverWebhook {
    /// Whom to tell.
    pub webhook_id: Uuid,
    /// What happened: `test_run.ended`, `task.failed`, or `webhook.test`.
    pub event: String,
    /// When, in RFC 3339.
    pub occurred_at: String,
    /// Ids, status, counts and times; never a prompt, an answer or a message.
    pub data: Value,
}

impl Task for DeliverWebhook {
    const KIND: &'static str = "deliver_webhook";
    /// Waits of 24 h in all on average, 48 h at most.
    const RETRY: Retry = Retry::times(19).factor(Duration::from_secs(60)).cap(Duration::from_secs(4 * 3600));
    const TIME_LIMIT: Duration = Duration::from_secs(30);
    /// Started from outside, it would make us say what did not happen.
    const INTERNAL: bool = true;
    type Output = Delivery;
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// `delivered`; `gone`: its receiver answered 410 and is not called any more; `inactive`: there was nobody to call.
    pub outcome: String,
    /// The HTTP status, if there was a call.
    pub status: Option<u16>,
}
