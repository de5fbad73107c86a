use std::time::Duration;

use store::{Claimed, Ending, Group, Outcome, Settled, Store};
use task::{Disposition, Error};
use tokio::task::JoinError;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use crate::handler::Handler;
use crate::{Context, End, Tx};

/// One claimed attempt, and what it needs to run.
pub(crate) struct Attempt {
    pub(crate) handler: Handler,
    pub(crate) store: Store,
    pub(crate) token: Uuid,
    pub(crate) claimed: Claimed,
    pub(crate) time_limit: Duration,
}

/// What is left to write when a handler has returned.
pub(crate) enum Finished {
    /// Everything was committed with the handler's transaction.
    Settled(Settled),
    /// This.
    Open(Ending),
}

impl Attempt {
    /// Runs the handler within its time limit; a panic stays in the task of its own that tokio made for this.
    pub(crate) async fn run(self) -> Finished {
        let Self { handler, store, token, claimed, time_limit } = self;
        let ctx = Context::new(store.clone(), &claimed, Instant::now() + time_limit);
        let args = claimed.args.clone();
        let answer = tokio::time::timeout(time_limit, handler(args, ctx.clone())).await;
        let kept = ctx.take_kept();
        let end = match answer {
            Ok(Ok(End::Output(output))) => {
                Close::End(Ending::success(claimed.task_id, claimed.attempt, output))
            }
            Ok(Ok(End::HandOver(group))) => Close::HandOver(group),
            Ok(Err(error)) => Close::End(failed(&claimed, &error)),
            Err(_) => {
                let message = format!("did not end within {} s", time_limit.as_secs());
                let outcome = Outcome::TimedOut;
                Close::End(Ending::other(claimed.task_id, claimed.attempt, outcome, "TimedOut", &message))
            }
        };
        match close(&store, token, &claimed, end, kept).await {
            Ok(finished) => finished,
            Err(error) => Finished::Open(failed(&claimed, &error.into())),
        }
    }

    /// The span that every line of this attempt's log carries.
    pub(crate) fn spanned(self, request_id: &str) -> impl Future<Output = Finished> + use<> {
        let span = tracing::info_span!(
            "attempt",
            request_id,
            task_id = %self.claimed.task_id,
            attempt = self.claimed.attempt,
            organization_id = self.claimed.organization_id.map(tracing::field::display),
        );
        self.run().instrument(span)
    }
}

/// The ending of an attempt whose handler panicked; none if the handler was stopped because its claim is gone.
pub(crate) fn broken(task_id: Uuid, attempt: i32, error: JoinError) -> Option<Ending> {
    let panic = error.try_into_panic().ok()?;
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    Some(Ending::other(task_id, attempt, Outcome::Panicked, "Panic", &message))
}

fn failed(claimed: &Claimed, error: &Error) -> Ending {
    let (outcome, delay) = match error.disposition() {
        Disposition::Retry => (Outcome::Retry, None),
        Disposition::RetryAfter(time) => (Outcome::Retry, Some(time)),
        Disposition::Permanent => (Outcome::Failure, None),
        Disposition::Snooze(time) => (Outcome::Snooze, Some(time)),
    };
    let ending = Ending::other(claimed.task_id, claimed.attempt, outcome, error.kind(), error.message());
    match delay {
        Some(time) => ending.after(time),
        None => ending,
    }
}

/// How an attempt shall be closed.
enum Close {
    End(Ending),
    HandOver(Group),
}

/// Ends the attempt in the handler's transaction, if it kept one and the end is final: fence, end and commit, or nothing
/// at all. An end without a transaction is left open, to be written together with its neighbours'.
async fn close(
    store: &Store,
    token: Uuid,
    claimed: &Claimed,
    end: Close,
    kept: Option<Tx>,
) -> store::Result<Finished> {
    let Claimed { task_id, attempt, .. } = *claimed;
    let (mut inner, wakes) = match (kept, &end) {
        (Some(_), Close::End(ending)) if !ending.is_final() => return Ok(Finished::Open(ending.clone())),
        (Some(Tx { inner, wakes, .. }), _) => (inner, wakes),
        (None, Close::End(ending)) => return Ok(Finished::Open(ending.clone())),
        (None, Close::HandOver(group)) => {
            return Ok(Finished::Settled(store.hand_over(token, task_id, attempt, group).await?));
        }
    };
    store::unbind(&mut inner).await?;
    let mut settled = match &end {
        Close::End(ending) => store::finish_in(&mut inner, token, std::slice::from_ref(ending)).await?,
        Close::HandOver(group) => store::hand_over_in(&mut inner, token, task_id, attempt, group).await?,
    };
    if settled.ended.is_empty() {
        inner.rollback().await?;
        return Ok(Finished::Settled(settled));
    }
    inner.commit().await?;
    settled.wakes.extend(wakes);
    Ok(Finished::Settled(settled))
}
