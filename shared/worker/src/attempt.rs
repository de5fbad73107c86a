use std::time::Duration;

use serde_json::Value;
use store::{Claimed, Ending, Outcome};
use task::{Cause, Disposition, Error};
use tokio::task::JoinError;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use crate::close::{Close, Finished, close};
use crate::worker::Worker;
use crate::{Context, End};

/// The largest output that is stored, as JSON text. More belongs into a table or a bucket of the task's own.
const MAX_OUTPUT: usize = 256 * 1024;

/// The longest error message that is stored, in characters.
const MAX_MESSAGE: usize = 8 * 1024;

/// One claimed attempt, and what it needs to run.
pub(crate) struct Attempt {
    pub(crate) worker: Worker,
    pub(crate) token: Uuid,
    pub(crate) claimed: Claimed,
    pub(crate) time_limit: Duration,
}

impl Attempt {
    /// Runs the handler within its time limit; a panic stays in the task of its own that tokio made for this.
    async fn run(self) -> Finished {
        let Self { worker, token, mut claimed, time_limit } = self;
        let args = std::mem::take(&mut claimed.args);
        let (store, engine) = (worker.handlers_store.clone(), worker.store.clone());
        let ctx = Context::new(store, engine, token, claimed.clone(), Instant::now() + time_limit);
        let began = Instant::now();
        let answer = tokio::time::timeout(time_limit, (worker.handler)(args, ctx.clone())).await;
        let ran = began.elapsed();
        metrics::histogram!("run_seconds", "kind" => worker.kind).record(ran.as_secs_f64());
        tracing::info!(
            kind = worker.kind,
            duration_ms = u64::try_from(ran.as_millis()).unwrap_or(u64::MAX),
            "handler returned"
        );
        let kept = ctx.take_kept();
        let end = match answer {
            Ok(Ok(End::Output(output))) => Close::End(stored(&claimed, output, Ending::success)),
            Ok(Ok(End::Continue(cursor))) => Close::End(stored(&claimed, cursor, Ending::continued)),
            Ok(Ok(End::HandOver(group))) => Close::HandOver(group.carrying(telemetry::carried())),
            Ok(Err(error)) => Close::End(failed(&claimed, &error)),
            Err(_) => Close::End(timed_out(claimed.task_id, claimed.attempt, Some(time_limit))),
        };
        note(&end);
        // What an output that cannot be stored was written with is not committed either.
        let kept = kept.filter(|_| !matches!(&end, Close::End(ending) if ending.is(UNSTORABLE)));
        match close(&worker.store, token, &claimed, end, kept).await {
            Ok(finished) => finished,
            Err(error) => Finished::Open(failed(&claimed, &error.into())),
        }
    }

    /// Runs it in the span that every line of its log carries, within the one that is sent as part of its task's trace.
    pub(crate) fn spanned(self, request_id: &str) -> impl Future<Output = Finished> + use<> {
        let sent = tracing::info_span!(
            target: "trace",
            "attempt",
            otel.name = self.worker.kind,
            otel.kind = "consumer",
            task_id = %self.claimed.task_id,
            attempt = self.claimed.attempt,
            organization_id = self.claimed.organization_id.map(tracing::field::display),
        );
        telemetry::adopt(&sent, |name| self.claimed.header(name));
        let span = tracing::info_span!(
            "attempt",
            request_id,
            task_id = %self.claimed.task_id,
            attempt = self.claimed.attempt,
            organization_id = self.claimed.organization_id.map(tracing::field::display),
        );
        self.run().instrument(span).instrument(sent)
    }
}

/// The ending of an attempt whose handler panicked; none if the handler was stopped because its claim is gone.
pub(crate) fn panicked(task_id: Uuid, attempt: i32, error: JoinError) -> Option<Ending> {
    let panic = error.try_into_panic().ok()?;
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    Some(Ending::other(task_id, attempt, Outcome::Panicked, "Panic", &storable(&message)))
}

/// The ending of an attempt that outlived its limit; without a limit, one that also kept its thread.
pub(crate) fn timed_out(task_id: Uuid, attempt: i32, limit: Option<Duration>) -> Ending {
    let message = match limit {
        Some(limit) => format!("did not end within {} s", limit.as_secs_f64().round()),
        None => "did not end in time and did not let go of its thread".into(),
    };
    Ending::other(task_id, attempt, Outcome::TimedOut, "TimedOut", &message)
}

/// Says in the attempt's trace how it ended.
fn note(end: &Close) {
    let Close::End(ending) = end else { return telemetry::note("outcome", "handed_over") };
    telemetry::note("outcome", ending.outcome.as_str());
    if let Some(kind) = ending.error.as_ref().and_then(|error| error["type"].as_str()) {
        telemetry::failed(kind);
    }
}

fn failed(claimed: &Claimed, error: &Error) -> Ending {
    let (outcome, delay) = match error.disposition() {
        Disposition::Retry => (Outcome::Retry, None),
        Disposition::RetryAfter(time) => (Outcome::Retry, Some(time)),
        Disposition::Permanent => (Outcome::Failure, None),
        Disposition::Snooze(time) => (Outcome::Snooze, Some(time)),
        Disposition::Blameless(Cause::Platform) => (Outcome::Interrupted, None),
        Disposition::Blameless(Cause::Contention) => (Outcome::Contended, None),
    };
    let message = storable(error.message());
    let ending = Ending::other(claimed.task_id, claimed.attempt, outcome, error.kind(), &message);
    match delay {
        Some(time) => ending.after(time),
        None => ending,
    }
}

const UNSTORABLE: &str = "OutputNotStorable";

/// The ending that stores `value`, or, if it cannot be stored, the failure that says so.
fn stored(claimed: &Claimed, value: Value, ending: fn(Uuid, i32, Value) -> Ending) -> Ending {
    match unstorable(&value) {
        None => Ending { alone: claimed.alone, ..ending(claimed.task_id, claimed.attempt, value) },
        Some(error) => failed(claimed, &error),
    }
}

/// Why an output cannot be stored: too large, or with a character that jsonb does not know.
fn unstorable(output: &Value) -> Option<Error> {
    let text = output.to_string();
    if text.len() > MAX_OUTPUT {
        let message = format!("the output has {} bytes of JSON, at most {MAX_OUTPUT} are stored", text.len());
        return Some(Error::permanent(message).of_kind(UNSTORABLE));
    }
    text.contains("\\u0000")
        .then(|| Error::permanent("the output holds U+0000, which jsonb cannot store").of_kind(UNSTORABLE))
}

/// A message as it is stored: cut, and without the one character that jsonb does not know.
fn storable(message: &str) -> String {
    let plain = message.replace('\0', "\u{fffd}");
    match plain.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}… ({} bytes in all)", &plain[..end], message.len()),
        None => plain,
    }
}
