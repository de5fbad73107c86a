use store::{Ending, Outcome, Store};
use uuid::Uuid;

use crate::broken::{Broken, Kept};
use crate::op::{Crash, End};
use crate::world::World;

/// A function that claimed an attempt. It may die at any step, and come back long after its lease.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub(crate) token: Uuid,
    pub(crate) task_id: Uuid,
    pub(crate) attempt: i32,
    pub(crate) kind: String,
}

impl Worker {
    pub(crate) async fn holds(&self, store: &Store) -> Kept<bool> {
        Ok(!store.still_held(self.token, &[self.task_id]).await?.is_empty())
    }

    pub(crate) fn ending(&self, outcome: Outcome) -> Ending {
        Ending::other(self.task_id, self.attempt, outcome, "Test", "as the history says")
    }
}

impl World<'_> {
    /// Claims one message and ends it at once.
    pub(crate) async fn run(&mut self, message: usize, end: &End) -> Kept {
        let before = self.workers.len();
        self.deliver(message, 1, false).await?;
        while self.workers.len() > before {
            let last = self.workers.len() - 1;
            self.heartbeat(last).await?;
            self.end(last, end, Crash::Never).await?;
        }
        Ok(())
    }

    pub(crate) async fn heartbeat(&mut self, worker: usize) -> Kept {
        let Some(worker) = Self::choose(&self.workers, worker) else { return Ok(()) };
        let store = self.store(&worker.kind);
        let held = worker.holds(&store).await?;
        let alive = !store.heartbeat(worker.token, &[worker.task_id]).await?.is_empty();
        Broken::unless(held == alive, || format!("held {held}, but the heartbeat says {alive}"))
    }

    pub(crate) async fn checkpoint(&mut self, worker: usize) -> Kept {
        let Some(Worker { token, task_id, attempt, kind }) = Self::choose(&self.workers, worker) else {
            return Ok(());
        };
        self.store(&kind).checkpoint(token, task_id, attempt, &serde_json::json!({ "page": 1 })).await?;
        Ok(())
    }
}
