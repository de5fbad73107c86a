use std::time::{Duration, SystemTime};

use queue::{NotArmed, Queue};
use store::{Answer, Asked, Claimed, Refusal, Store};
use task::{Cause, Task, Wake};
use tokio::time::Instant;
use uuid::Uuid;

use crate::handler::{Handler, erase};
use crate::{Context, End};

/// How often a claim that Postgres did not answer is asked again, with the same token, before the messages go back.
const CLAIM_PAUSES: [u64; 3] = [50, 200, 800];

/// The engine around the handler of one kind.
#[derive(Clone)]
pub struct Worker {
    pub(crate) kind: &'static str,
    pub(crate) version: i32,
    pub(crate) time_limit: Duration,
    pub(crate) handler: Handler,
    pub(crate) store: Store,
    pub(crate) handlers_store: Store,
    pub(crate) queue: Queue,
}

/// One invocation of the function.
#[derive(Debug, Clone)]
pub struct Invocation {
    pub(crate) request_id: String,
    pub(crate) deadline: Instant,
    claimed_by: String,
}

/// Nothing was claimed: the messages belong back to SQS.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// Postgres could not be asked, so nothing is known.
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    /// Where the database may sleep: the relay could not be told to look at it after this invocation.
    #[error(transparent)]
    NotArmed(#[from] NotArmed),
}

impl Invocation {
    /// An invocation that Lambda ends after `time_left`.
    #[must_use]
    pub fn new(request_id: &str, log_stream: &str, time_left: Duration) -> Self {
        let claimed_by = format!("{request_id} {log_stream}");
        Self { request_id: request_id.into(), claimed_by, deadline: Instant::now() + time_left }
    }

    /// When Lambda ends it, by the clock on the wall: the other one may stand still between invocations.
    fn ends_at(&self) -> SystemTime {
        SystemTime::now() + self.deadline.saturating_duration_since(Instant::now())
    }
}

impl Worker {
    /// A worker for the kind of the handler's first argument. `store` is the engine's, `handlers_store` what handlers begin
    /// their transactions on: separate connections, so that no handler can keep a heartbeat waiting.
    pub fn new<T, F, Fut, R>(store: Store, handlers_store: Store, queue: Queue, handler: F) -> Self
    where
        T: Task,
        F: Fn(T, Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = task::Result<R>> + Send + 'static,
        R: Into<End<T::Output>>,
    {
        Cause::recognized_by(store::recognize);
        let handler = erase::<T, _, _, _>(handler);
        let (kind, version, time_limit) = (T::KIND, T::VERSION, T::TIME_LIMIT);
        Self { kind, version, time_limit, handler, store, handlers_store, queue }
    }

    /// Claims what is asked for, runs it at once and together, and writes down how each attempt ended.
    ///
    /// # Errors
    /// If Postgres could not be asked for the claim, or where the database may sleep, SQS did not take the tick that covers
    /// what this invocation commits.
    pub async fn work(&self, asked: &[Asked], invocation: &Invocation) -> Result<(), Unavailable> {
        if asked.is_empty() {
            return Ok(());
        }
        self.queue.cover(invocation.ends_at()).await?;
        let token = Uuid::now_v7();
        let began = SystemTime::now();
        let mut claimed = Vec::new();
        let mut again = Vec::new();
        for answer in self.claim(asked, token, invocation).await? {
            match answer {
                Answer::Claimed(task) => {
                    metrics::counter!("attempts_started", "kind" => self.kind).increment(1);
                    metrics::histogram!("start_delay_seconds", "kind" => self.kind)
                        .record(task.delay_seconds);
                    telemetry::past("claim", began, |name| task.header(name), trace_of(&task));
                    claimed.push(task);
                }
                Answer::Refused(asked, refusal) => {
                    tracing::info!(task_id = %asked.task_id, attempt = asked.attempt, ?refusal, "not claimed");
                    metrics::counter!("claims_refused", "kind" => self.kind, "why" => refusal.word())
                        .increment(1);
                    if let Refusal::Early(Some(wait)) | Refusal::Limited(Some(wait)) = refusal {
                        again.push(self.later(asked, wait));
                    }
                }
            }
        }
        self.queue.dispatch(&again).await;
        if !claimed.is_empty() {
            self.run(claimed, token, invocation).await;
        }
        Ok(())
    }

    /// Claims, again and again with one token: an answer that was lost on the way is not a claim that was lost.
    async fn claim(
        &self,
        asked: &[Asked],
        token: Uuid,
        invocation: &Invocation,
    ) -> store::Result<Vec<Answer>> {
        for pause in CLAIM_PAUSES {
            let answer =
                self.store.claim(self.kind, asked, token, self.version, &invocation.claimed_by).await;
            match answer {
                // The pool has asked for seconds already: then the messages go back.
                Err(sqlx::Error::PoolTimedOut) => return answer,
                Err(error) if store::cause_of(&error) == Some(Cause::Platform) => {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                answer => return answer,
            }
        }
        self.store.claim(self.kind, asked, token, self.version, &invocation.claimed_by).await
    }

    fn later(&self, asked: Asked, wait_seconds: f64) -> Wake {
        let Asked { task_id, attempt } = asked;
        Wake { task_id, attempt, kind: self.kind.into(), organization_id: None, wait_seconds }
    }

    /// How long an attempt may run: as its kind says, or its task, and never into the invocation's last seconds.
    pub(crate) fn limit_of(&self, claimed: &Claimed, left: Duration) -> Duration {
        let own = claimed.time_limit.map(Duration::from_secs_f64);
        self.time_limit.min(own.unwrap_or(Duration::MAX)).min(left)
    }
}

/// What the trace of a claim says of its task.
fn trace_of(claimed: &Claimed) -> [(&'static str, String); 2] {
    [("task_id", claimed.task_id.to_string()), ("attempt", claimed.attempt.to_string())]
}
