use std::time::Duration;

use queue::{Memory, Queue};
use store::{Asked, NewTask, Store, TaskState};
use task::{Task, Wake};
use uuid::Uuid;
use worker::{Context, End, Invocation, Worker};

use crate::{Database, Organization};

/// The engine in one process: real Postgres, the real runtime around handlers, messages in memory.
///
/// Nothing moves by itself: the test delivers messages, in the order and as often as it likes.
#[derive(Debug)]
pub struct System {
    /// Its database.
    pub database: Database,
    /// Its messages.
    pub messages: Memory,
    /// A tenant.
    pub organization: Organization,
    /// A store logged in as the API.
    pub api: Store,
    /// A store logged in as the relay.
    pub relay: Store,
}

impl System {
    /// An empty system with one tenant.
    pub async fn new() -> Self {
        let database = Database::new().await;
        let organization = database.organization().await;
        let (api, relay) = (database.store_as("tasks_api"), database.store_as("tasks_relay"));
        Self { database, messages: Memory::default(), organization, api, relay }
    }

    /// The queue that workers and the relay send to.
    #[must_use]
    pub fn queue(&self) -> Queue {
        Queue::Memory(self.messages.clone())
    }

    /// A worker for the kind of the handler's first argument, logged in as that kind's role.
    pub fn worker<T, F, Fut, R>(&self, handler: F) -> Worker
    where
        T: Task,
        F: Fn(T, Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = task::Result<R>> + Send + 'static,
        R: Into<End<T::Output>>,
    {
        let store = self.database.store_as(&format!("task_{}", T::KIND));
        Worker::new::<T, _, _, _>(store.clone(), store, self.queue(), handler)
    }

    /// Starts a task of the tenant and kicks it; answers its id.
    ///
    /// # Panics
    /// If Postgres refuses.
    pub async fn start<T: Task>(&self, args: &T) -> Uuid {
        self.start_new(NewTask::of(args)).await
    }

    /// Starts a task with options.
    ///
    /// # Panics
    /// If Postgres refuses.
    pub async fn start_new(&self, new: NewTask) -> Uuid {
        let mut tx = self.api.begin(self.organization.tenant()).await.expect("a transaction");
        let enqueued = store::enqueue(&mut tx, &[new]).await.expect("an accepted task");
        tx.commit().await.expect("a commit");
        self.queue().dispatch(&enqueued.wakes).await;
        enqueued.ids[0]
    }

    /// How a task of the tenant stands.
    ///
    /// # Panics
    /// If there is none.
    pub async fn state(&self, id: Uuid) -> TaskState {
        let mut tx = self.api.begin(self.organization.tenant()).await.expect("a transaction");
        store::find_task(&mut tx, id).await.expect("an answer").expect("a task")
    }

    /// Delivers messages to a worker as one batch, as SQS would, delays left out.
    ///
    /// # Panics
    /// If Postgres cannot be asked.
    pub async fn deliver(&self, worker: &Worker, wakes: &[Wake]) {
        let asked: Vec<Asked> =
            wakes.iter().map(|wake| Asked { task_id: wake.task_id, attempt: wake.attempt }).collect();
        let invocation = Invocation::new("request", "stream", Duration::from_secs(60));
        worker.work(&asked, &invocation).await.expect("postgres answers");
    }

    /// Delivers the messages of a kind in batches of 10 until there are none.
    pub async fn drain(&self, kind: &str, worker: &Worker) {
        loop {
            let wakes = self.messages.take(kind, 10);
            if wakes.is_empty() {
                return;
            }
            self.deliver(worker, &wakes).await;
        }
    }

    /// Moves the engine's timers of a task into the past, as if so much time had gone by.
    ///
    /// # Panics
    /// If the database refuses.
    pub async fn pass(&self, task_id: Uuid, seconds: f64) {
        sql::query(
            "update tasks.outbox set not_before = not_before - make_interval(secs => $2),
               visible_at = visible_at - make_interval(secs => $2), expires_at = expires_at - make_interval(secs => $2)
             where task_id = $1",
        )
        .bind(task_id)
        .bind(seconds)
        .execute(self.database.owner())
        .await
        .expect("an update");
    }
}
