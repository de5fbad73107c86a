use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws::Trust;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use task::Wake;

use crate::armed::Armed;
use crate::{Dispatched, Message, NotArmed, SettingsError, Tick};

/// How many messages one call takes (SQS `SendMessageBatch`).
const BATCH: usize = 10;

/// The SQS queues of the task kinds.
#[derive(Debug, Clone)]
pub struct Sqs {
    client: Client,
    prefix: String,
    pub(crate) ticks: Option<RelayQueue>,
}

/// The relay's own queue, where the database may sleep.
#[derive(Debug, Clone)]
pub(crate) struct RelayQueue {
    url: String,
    pub(crate) armed: Armed,
}

impl RelayQueue {
    /// None where the database does not sleep.
    fn from_settings() -> Result<Option<Self>, settings::Missing> {
        if settings::SLEEPING_DATABASE.get().as_deref() != Some("true") {
            return Ok(None);
        }
        Ok(Some(Self { url: settings::TICK_QUEUE_URL.require()?, armed: Armed::default() }))
    }
}

impl Sqs {
    pub(crate) fn from_env() -> Result<Self, SettingsError> {
        let prefix = settings::QUEUE_URL_PREFIX.require()?;
        let ticks = RelayQueue::from_settings()?;
        // A kick must not hold up the answer to a user: what does not go out within 2 s the relay sends.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_secs(1))
            .operation_timeout(Duration::from_secs(2))
            .build();
        let config = aws::config(Trust::from_settings()?, timeouts);
        Ok(Self { client: Client::new(&config), prefix, ticks })
    }

    pub(crate) async fn dispatch(&self, wakes: &[Wake]) -> Dispatched {
        let mut by_kind: BTreeMap<&str, Vec<&Wake>> = BTreeMap::new();
        for wake in wakes {
            by_kind.entry(&wake.kind).or_default().push(wake);
        }
        let mut total = Dispatched::default();
        for (kind, wakes) in by_kind {
            for batch in wakes.chunks(BATCH) {
                let failed = self.send(kind, batch).await;
                total.failed += failed;
                total.sent += batch.len() - failed;
            }
        }
        total
    }

    pub(crate) async fn send_tick(&self, tick: Tick, now: SystemTime) -> Result<(), NotArmed> {
        let Some(RelayQueue { url, .. }) = &self.ticks else { return Ok(()) };
        let delay = i32::try_from(tick.delay(now).as_secs()).unwrap_or(i32::MAX);
        let message =
            self.client.send_message().queue_url(url).message_body(tick.body()).delay_seconds(delay);
        message.send().await.map(drop).map_err(|error| {
            tracing::error!(error = DisplayErrorContext(&error).to_string(), "tick not sent");
            NotArmed
        })
    }

    /// Sends one batch and answers how many of it did not go out.
    async fn send(&self, kind: &str, batch: &[&Wake]) -> usize {
        let entries = batch.iter().enumerate().map(|(n, wake)| entry(n, wake)).collect();
        let queue = format!("{}{kind}", self.prefix);
        match self.client.send_message_batch().queue_url(queue).set_entries(Some(entries)).send().await {
            Ok(answer) => {
                for refused in answer.failed() {
                    tracing::warn!(kind, code = refused.code(), "message refused by SQS");
                }
                answer.failed().len()
            }
            Err(error) => {
                let error = DisplayErrorContext(&error).to_string();
                tracing::warn!(kind, messages = batch.len(), error, "messages not sent");
                batch.len()
            }
        }
    }
}

fn entry(n: usize, wake: &Wake) -> SendMessageBatchRequestEntry {
    let body = Message { task_id: wake.task_id, attempt: wake.attempt }.body();
    // SQS delivers fairly between the groups of a standard queue: one organization's thousands do not hold up another.
    let group = wake.organization_id.map_or_else(|| "system".to_owned(), |id| id.to_string());
    SendMessageBatchRequestEntry::builder()
        .id(n.to_string())
        .message_body(body)
        .delay_seconds(wake.delay_seconds())
        .message_group_id(group)
        .build()
        .expect("id and body are set")
}
