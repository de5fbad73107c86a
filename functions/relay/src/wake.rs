use std::time::{Duration, SystemTime};

use queue::{NotArmed, Queue, Tick};
use store::Store;

use crate::{Swept, sweep};

/// When what a sweep has left overdue is looked at again.
const OVERDUE: Duration = Duration::from_secs(10);

/// When a sweep is tried again that Postgres did not let be.
const FAILED: Duration = Duration::from_secs(60);

/// What a wake needs beyond Postgres, and did not get.
#[derive(Debug, thiserror::Error)]
pub enum WakeError {
    /// Postgres could not be asked.
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    /// SQS did not take the next tick.
    #[error(transparent)]
    NotArmed(#[from] NotArmed),
}

/// Answers ticks. Those that came before their time are handed on without a word to the database; one that is due is a
/// sweep, and the next tick is armed for what the database then waits for: nothing, if nothing.
///
/// The ticks stay in SQS until this has returned, so a death at any point only brings them again.
///
/// # Errors
/// If SQS did not take the next tick: then the old ones must come again.
pub async fn on_ticks(
    store: &Store,
    queue: &Queue,
    ticks: &[Tick],
    deadline: SystemTime,
) -> Result<Option<Swept>, NotArmed> {
    let now = SystemTime::now();
    let (due, early): (Vec<Tick>, Vec<Tick>) = ticks.iter().partition(|tick| tick.is_due(now));
    for tick in early {
        // What a look has seen, the look that comes now sees too; a commit that may still come it does not.
        if due.is_empty() || tick.cover {
            queue.hand_on(tick).await?;
        }
    }
    if due.is_empty() {
        return Ok(None);
    }
    match sweep_and_arm(store, queue, deadline).await {
        Ok(swept) => Ok(Some(swept)),
        Err(WakeError::NotArmed(error)) => Err(error),
        Err(WakeError::Postgres(error)) => {
            // A new message, because SQS counts how often an old one comes.
            tracing::error!(error = error.to_string(), "not swept, tried again in a minute");
            queue.look_in(FAILED).await.map(|()| None)
        }
    }
}

/// A wake by hand or by a schedule, whose event SQS does not keep: it is covered like any other invocation.
///
/// # Errors
/// If Postgres could not be asked, or SQS did not take a tick.
pub async fn on_demand(store: &Store, queue: &Queue, deadline: SystemTime) -> Result<Swept, WakeError> {
    if !queue.sleeps() {
        return Ok(sweep(store, queue, deadline).await?);
    }
    queue.cover(deadline).await?;
    sweep_and_arm(store, queue, deadline).await
}

async fn sweep_and_arm(store: &Store, queue: &Queue, deadline: SystemTime) -> Result<Swept, WakeError> {
    let swept = sweep(store, queue, deadline).await?;
    if let Some(wait) = store.next_due().await? {
        queue.look_in(if wait.is_zero() { OVERDUE } else { wait }).await?;
    }
    Ok(swept)
}
