use std::collections::HashMap;
use std::time::Duration;

use queue::Queue;
use store::{Answer, Asked, Claimed, Ending, Refusal, Settled, Store};
use task::{Task, Wake};
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

use crate::attempt::{Attempt, Finished, broken};
use crate::handler::{Handler, erase};
use crate::heartbeat::Heartbeat;
use crate::{Context, End};

/// What the last seconds of an invocation are kept for: writing down how its attempts ended.
const MARGIN: Duration = Duration::from_secs(3);

/// The engine around the handler of one kind.
#[derive(Clone)]
pub struct Worker {
    kind: &'static str,
    version: i32,
    time_limit: Duration,
    handler: Handler,
    store: Store,
    queue: Queue,
}

/// One invocation of the function.
#[derive(Debug, Clone)]
pub struct Invocation {
    pub(crate) request_id: String,
    claimed_by: String,
    deadline: Instant,
}

/// Postgres could not be asked, so nothing is known: the messages belong back to SQS.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unavailable(#[from] sqlx::Error);

impl Invocation {
    /// An invocation that Lambda ends after `time_left`.
    #[must_use]
    pub fn new(request_id: &str, log_stream: &str, time_left: Duration) -> Self {
        let claimed_by = format!("{request_id} {log_stream}");
        Self { request_id: request_id.into(), claimed_by, deadline: Instant::now() + time_left }
    }
}

type Handlers = HashMap<Id, (Uuid, i32)>;

impl Worker {
    /// A worker for the kind of the handler's first argument.
    pub fn new<T, F, Fut, R>(store: Store, queue: Queue, handler: F) -> Self
    where
        T: Task,
        F: Fn(T, Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = task::Result<R>> + Send + 'static,
        R: Into<End<T::Output>>,
    {
        let handler = erase::<T, _, _, _>(handler);
        Self { kind: T::KIND, version: T::VERSION, time_limit: T::TIME_LIMIT, handler, store, queue }
    }

    /// Claims what is asked for, runs it at once and together, and writes down how each attempt ended.
    ///
    /// # Errors
    /// If Postgres could not be asked for the claim.
    pub async fn work(&self, asked: &[Asked], invocation: &Invocation) -> Result<(), Unavailable> {
        if asked.is_empty() {
            return Ok(());
        }
        let token = Uuid::now_v7();
        let answers = self.store.claim(self.kind, asked, token, self.version, &invocation.claimed_by).await?;
        let mut claimed = Vec::new();
        let mut early = Vec::new();
        for answer in answers {
            match answer {
                Answer::Claimed(task) => claimed.push(task),
                Answer::Refused(asked, Refusal::Early(Some(wait))) => early.push(self.later(asked, wait)),
                Answer::Refused(asked, refusal) => {
                    tracing::info!(task_id = %asked.task_id, attempt = asked.attempt, ?refusal, "not claimed");
                }
            }
        }
        self.queue.dispatch(&early).await;
        if claimed.is_empty() {
            return Ok(());
        }
        self.run(claimed, token, invocation).await;
        Ok(())
    }

    async fn run(&self, claimed: Vec<Claimed>, token: Uuid, invocation: &Invocation) {
        let ids: Vec<Uuid> = claimed.iter().map(|task| task.task_id).collect();
        // From here on a crash costs a retry: said before the first handler begins.
        if let Err(error) = self.store.heartbeat(token, &ids).await {
            tracing::error!(error = error.to_string(), "attempts not begun");
            return self.give_back(token, &claimed).await;
        }
        let time_limit = self
            .time_limit
            .min(invocation.deadline.saturating_duration_since(Instant::now()).saturating_sub(MARGIN));
        let mut running = JoinSet::new();
        let mut handlers = Handlers::new();
        let mut stops: HashMap<Uuid, AbortHandle> = HashMap::new();
        for task in claimed {
            let (id, number) = (task.task_id, task.attempt);
            let attempt = Attempt {
                handler: self.handler.clone(),
                store: self.store.clone(),
                token,
                claimed: task,
                time_limit,
            };
            let stop = running.spawn(attempt.spanned(&invocation.request_id));
            handlers.insert(stop.id(), (id, number));
            stops.insert(id, stop);
        }
        let _heartbeat = Heartbeat::start(self.store.clone(), token, stops);
        // Ends that come together are written together; nobody's end waits for a slow neighbour.
        while let Some(first) = running.join_next_with_id().await {
            let mut open = Vec::new();
            let mut wakes = Vec::new();
            let mut next = Some(first);
            while let Some(joined) = next {
                match joined {
                    Ok((_, Finished::Open(ending))) => open.push(ending),
                    Ok((id, Finished::Settled(settled))) => {
                        wakes.extend(self.settled(settled, handlers[&id].0))
                    }
                    Err(error) => {
                        let (task_id, attempt) = handlers[&error.id()];
                        open.extend(broken(task_id, attempt, error));
                    }
                }
                next = running.try_join_next_with_id();
            }
            wakes.extend(self.finish(token, &open).await);
            self.queue.dispatch(&wakes).await;
        }
    }

    /// Writes endings; while Postgres does not answer, again and again: the lease bounds it.
    async fn finish(&self, token: Uuid, endings: &[Ending]) -> Vec<Wake> {
        if endings.is_empty() {
            return Vec::new();
        }
        for pause in [100, 400, 1600, 0] {
            match self.store.finish(token, endings).await {
                Ok(settled) => {
                    for ending in endings {
                        self.log(ending, settled.ended.contains(&ending.task_id));
                    }
                    return settled.wakes;
                }
                Err(error) => {
                    tracing::error!(kind = self.kind, error = error.to_string(), "ends not written");
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
            }
        }
        Vec::new()
    }

    fn settled(&self, settled: Settled, task_id: Uuid) -> Vec<Wake> {
        if settled.ended.is_empty() {
            tracing::warn!(kind = self.kind, %task_id, "superseded: nothing was written");
        } else {
            tracing::info!(kind = self.kind, %task_id, outcome = "success", "attempt ended");
        }
        settled.wakes
    }

    fn log(&self, ending: &Ending, written: bool) {
        let (kind, task_id, attempt) = (self.kind, ending.task_id, ending.attempt);
        let error_type = ending.error.as_ref().and_then(|error| error["type"].as_str());
        if written {
            tracing::info!(kind, %task_id, attempt, outcome = ?ending.outcome, error_type, "attempt ended");
        } else {
            tracing::warn!(kind, %task_id, attempt, "superseded: nothing was written");
        }
    }

    async fn give_back(&self, token: Uuid, claimed: &[Claimed]) {
        let endings: Vec<Ending> = claimed
            .iter()
            .map(|task| {
                let message = "given back before it began";
                Ending::other(task.task_id, task.attempt, store::Outcome::GaveBack, "GaveBack", message)
            })
            .collect();
        let wakes = self.finish(token, &endings).await;
        self.queue.dispatch(&wakes).await;
    }

    fn later(&self, asked: Asked, wait_seconds: f64) -> Wake {
        let Asked { task_id, attempt } = asked;
        Wake { task_id, attempt, kind: self.kind.into(), organization_id: None, wait_seconds }
    }
}
