use std::collections::HashMap;
use std::time::Duration;

use store::{Claimed, Ending};
use task::Wake;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::attempt::{Attempt, panicked, timed_out};
use crate::close::Finished;
use crate::ends::Claims;
use crate::suspect::alone;
use crate::watch::Watch;
use crate::worker::{Invocation, Worker};

/// What the last seconds of an invocation are kept for: writing down how its attempts ended.
const MARGIN: Duration = Duration::from_secs(3);

/// An attempt with less time than this is not begun.
const LEAST: Duration = Duration::from_millis(500);

/// What a handler that does not let go of its thread gets on top of its limit, before it is recorded from outside.
const GRACE: Duration = Duration::from_millis(500);

/// What tokio says of an attempt that is over.
type Joined = Result<(Id, Finished), JoinError>;

/// The attempts that run, and which of tokio's tasks runs each.
struct Running {
    tasks: JoinSet<Finished>,
    attempts: HashMap<Id, (Uuid, i32)>,
    latest: Instant,
}

impl Worker {
    /// Runs claimed attempts together. No end waits for a slow neighbour; those that come together are written together.
    pub(crate) async fn run(&self, claimed: Vec<Claimed>, token: Uuid, invocation: &Invocation) {
        let left = invocation.deadline.saturating_duration_since(Instant::now()).saturating_sub(MARGIN);
        let claims = Claims::new(token, &claimed);
        if left < LEAST {
            return self.give_back(&claims, &claimed).await;
        }
        let (claimed, others) = alone(claimed);
        if !others.is_empty() {
            self.give_back(&claims, &others).await;
        }
        let (mut running, stops) = self.begin(claimed, token, invocation, left);
        let _watch = Watch::start(self.store.clone(), token, stops);
        while !running.tasks.is_empty() {
            let (open, wakes) = match timeout_at(running.latest, running.tasks.join_next_with_id()).await {
                Ok(Some(first)) => running.collect(first, self, &claims).await,
                Ok(None) => break,
                Err(_) => (running.give_up(), Vec::new()),
            };
            let mut wakes = wakes;
            wakes.extend(self.finish(&claims, open).await);
            self.queue.dispatch(&wakes).await;
        }
    }

    fn begin(
        &self,
        claimed: Vec<Claimed>,
        token: Uuid,
        invocation: &Invocation,
        left: Duration,
    ) -> (Running, HashMap<Uuid, AbortHandle>) {
        let now = Instant::now();
        let mut running = Running { tasks: JoinSet::new(), attempts: HashMap::new(), latest: now };
        let mut stops = HashMap::new();
        for task in claimed {
            let (task_id, number) = (task.task_id, task.attempt);
            let time_limit = self.limit_of(&task, left);
            running.latest = running.latest.max(now + time_limit + GRACE);
            let attempt = Attempt { worker: self.clone(), token, claimed: task, time_limit };
            let stop = running.tasks.spawn(attempt.spanned(&invocation.request_id));
            running.attempts.insert(stop.id(), (task_id, number));
            stops.insert(task_id, stop);
        }
        (running, stops)
    }
}

impl Running {
    /// The first end and all that came with it: what is to be written, and the wake-up calls of what is written already.
    async fn collect(&mut self, first: Joined, worker: &Worker, claims: &Claims) -> (Vec<Ending>, Vec<Wake>) {
        let (mut open, mut wakes) = (Vec::new(), Vec::new());
        for joined in self.gather(first).await {
            match joined {
                Ok((id, finished)) => {
                    let (task_id, attempt) = self.attempts.remove(&id).unwrap_or_default();
                    match finished {
                        Finished::Open(ending) => open.push(ending),
                        Finished::Settled(settled) => {
                            wakes.extend(worker.settled(claims, settled, task_id, attempt))
                        }
                    }
                }
                Err(error) => {
                    let (task_id, attempt) = self.attempts.remove(&error.id()).unwrap_or_default();
                    open.extend(panicked(task_id, attempt, error));
                }
            }
        }
        (open, wakes)
    }

    /// The first and those that are ready with it: neighbours get their turn until a turn brings nothing more.
    async fn gather(&mut self, first: Joined) -> Vec<Joined> {
        let mut ends = vec![first];
        loop {
            let before = ends.len();
            tokio::task::yield_now().await;
            ends.extend(std::iter::from_fn(|| self.tasks.try_join_next_with_id()));
            if ends.len() == before {
                return ends;
            }
        }
    }

    /// The ends of handlers that hold their threads beyond every limit: they are not waited for.
    fn give_up(&mut self) -> Vec<Ending> {
        self.tasks.detach_all();
        self.attempts.drain().map(|(_, (task_id, attempt))| timed_out(task_id, attempt, None)).collect()
    }
}
