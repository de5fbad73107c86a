//! One sweep over the outbox: the guarantee behind every wake-up call that was lost.

mod count;
mod event;
mod notices;
mod schedules;
mod wake;

use std::time::{Duration, SystemTime};

use queue::Queue;
use serde::Serialize;
use store::Store;
use task::Wake;

pub use event::Event;
pub use wake::{WakeError, on_demand, on_ticks};

/// Rows in one transaction: short locks, and few enough messages to send before the next.
const BATCH: i32 = 500;

/// Of them, rows of one organization: everybody's turn comes in every round.
const EACH: i32 = 100;

/// Lines of the tally in one transaction.
const LINES: i32 = 5000;

/// Errors whose failed tasks one sweep counts anew.
const RECOUNTED: i32 = 20;

/// What is kept back of the invocation's time for the statement that runs and for sending what it answers.
const MARGIN: Duration = Duration::from_secs(15);

/// What a sweep did.
#[derive(Debug, Default, Serialize, PartialEq, Eq)]
pub struct Swept {
    /// For how many seconds the oldest row had been waiting for this sweep; worth an alarm beyond a few minutes.
    pub lag_seconds: i64,
    /// Tasks that were started for the ticks of schedules.
    pub scheduled: i64,
    /// Schedules that could not start their task for its own sake, and were paused; their owners see why.
    pub schedules_paused: i64,
    /// Schedules that could not be moved on; a later sweep tries again. Worth an alarm.
    pub schedules_stuck: i64,
    /// Wake-up calls that SQS took.
    pub sent: usize,
    /// Wake-up calls that it did not take; a later sweep repeats them.
    pub unsent: usize,
    /// Attempts declared lost, and tasks that expired.
    pub overdue: usize,
    /// Rows that could not be settled and were put off: a bug of the engine, worth an alarm.
    pub stuck: i64,
    /// Events that were written to the log.
    pub told: usize,
    /// Ended tasks whose retention was over.
    pub pruned: i32,
    /// Groups recounted.
    pub groups_checked: i64,
    /// Groups whose counters had to be mended: a bug of the engine, worth an alarm.
    pub groups_corrected: i64,
    /// Whether the last sweep is so long ago that every lease was given its full time again.
    pub after_gap: bool,
}

/// Sweeps until nothing is due or the time is nearly over. Any number of relays may do so at once.
///
/// # Errors
/// If Postgres could not be asked. What was already swept stays swept.
#[tracing::instrument(target = "trace", skip_all)]
pub async fn sweep(store: &Store, queue: &Queue, deadline: SystemTime) -> store::Result<Swept> {
    let lag_seconds = store.lag().await?;
    let mut swept = Swept { lag_seconds, after_gap: store.begin_sweep().await?, ..Swept::default() };
    let in_time = || deadline.duration_since(SystemTime::now()).is_ok_and(|left| left > MARGIN);

    // Schedules must not stand between the outbox and its guarantee. Boxed: rustc's limit for nested futures is near.
    if let Err(error) = Box::pin(schedules::fire(store, queue, &mut swept, in_time)).await {
        tracing::error!(error = error.to_string(), "schedules could not be looked at");
        swept.schedules_stuck += 1;
    }
    loop {
        let settled = store.sweep_overdue(BATCH).await?;
        swept.overdue += settled.ended.len();
        swept.stuck += settled.stuck;
        swept.send(queue, &settled.wakes).await;
        if settled.ended.is_empty() || !in_time() {
            break;
        }
    }
    loop {
        let check = store.check_groups(BATCH).await?;
        swept.groups_checked += check.checked;
        swept.groups_corrected += check.corrected;
        swept.send(queue, &check.wakes).await;
        if check.checked == 0 || !in_time() {
            break;
        }
    }
    while in_time() {
        let Some(portion) = store.continue_batch_operation(BATCH).await? else { break };
        swept.send(queue, &portion.wakes).await;
    }
    loop {
        let wakes = store.sweep_due(BATCH, EACH).await?;
        swept.send(queue, &wakes).await;
        if wakes.is_empty() || !in_time() {
            break;
        }
    }
    if let Err(error) = notices::tell(store, &mut swept.told, in_time).await {
        tracing::error!(error = error.to_string(), "events could not be told");
    }
    while in_time() {
        let pruned = store.prune(1000).await?;
        swept.pruned += pruned;
        if pruned == 0 {
            break;
        }
    }
    while in_time() && store.add_up(LINES).await? == LINES {}
    store.tidy_tally(RECOUNTED).await?;
    if swept.schedules_stuck > 0 {
        tracing::error!(schedules = swept.schedules_stuck, "schedules could not be moved on");
    }
    if swept.stuck > 0 {
        tracing::error!(rows = swept.stuck, "rows could not be settled and were put off");
    }
    if swept.groups_corrected > 0 {
        tracing::error!(
            groups = swept.groups_corrected,
            "group counters differed from their rows and were mended"
        );
    }
    Ok(swept)
}

impl Swept {
    async fn send(&mut self, queue: &Queue, wakes: &[Wake]) {
        let dispatched = queue.dispatch(wakes).await;
        self.sent += dispatched.sent;
        self.unsent += dispatched.failed;
    }
}
