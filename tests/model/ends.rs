use std::time::Duration;

use serde_json::json;
use sqlx::types::Json;
use store::{Ending, Outcome, Settled, Store};
use uuid::Uuid;

use crate::broken::{Broken, Kept};
use crate::op::{Crash, End};
use crate::seen::Seen;
use crate::workers::Worker;
use crate::world::World;

impl World<'_> {
    /// Ends an attempt, as a function that holds it or as a zombie that does not.
    pub(crate) async fn end(&mut self, worker: usize, end: &End, crash: Crash) -> Kept {
        if self.workers.is_empty() {
            return Ok(());
        }
        let place = worker % self.workers.len();
        let worker = self.workers[place].clone();
        let store = self.store(&worker.kind);
        let held = worker.holds(&store).await?;
        let Settled { ended, wakes } = self.write(&store, &worker, end, crash).await?;
        Broken::unless(held != ended.is_empty(), || format!("held {held}, but ended {ended:?}"))?;
        if crash == Crash::BeforeCommit {
            return Ok(());
        }
        if held && matches!(end, End::Retry | End::RetryAfter(_) | End::TimedOut | End::Panicked) {
            self.may_cost.insert(worker.task_id);
        }
        self.retired.push(self.workers.remove(place));
        self.send(wakes, crash == Crash::Never)
    }

    pub(crate) async fn end_again(&mut self, worker: usize, end: &End) -> Kept {
        let Some(worker) = Self::choose(&self.retired, worker) else { return Ok(()) };
        let Settled { ended, .. } = self.write(&self.store(&worker.kind), &worker, end, Crash::Never).await?;
        Broken::unless(ended.is_empty(), || format!("{worker:?} ended twice"))
    }

    pub(crate) async fn forge_end(&mut self, task: usize, end: &End) -> Kept {
        let Some(task_id) = Self::choose(&self.tasks, task) else { return Ok(()) };
        let Seen { attempt, kind, .. } = self.seen[&task_id].clone();
        let forger = Worker { token: Uuid::now_v7(), task_id, attempt, kind };
        let Settled { ended, .. } = self.write(&self.store(&forger.kind), &forger, end, Crash::Never).await?;
        Broken::unless(ended.is_empty(), || format!("{forger:?} ended what it never claimed"))
    }

    /// What the history wants, and what it does to the domain, in one transaction.
    async fn write(&self, store: &Store, worker: &Worker, end: &End, crash: Crash) -> Kept<Settled> {
        let seconds = |n: &u32| Duration::from_secs((*n).into());
        let Worker { task_id, attempt, .. } = *worker;
        let ending = match end {
            End::Success => Ending::success(task_id, attempt, json!(attempt)),
            End::Continued => Ending::continued(task_id, attempt, json!({ "page": 2 })),
            End::Failure | End::HandOver(_) => worker.ending(Outcome::Failure),
            End::Retry => worker.ending(Outcome::Retry),
            End::RetryAfter(n) => worker.ending(Outcome::Retry).after(seconds(n)),
            End::TimedOut => worker.ending(Outcome::TimedOut),
            End::Panicked => worker.ending(Outcome::Panicked),
            End::Snooze(n) => worker.ending(Outcome::Snooze).after(seconds(n)),
            End::GaveBack => worker.ending(Outcome::GaveBack),
        };
        let mut tx = store.begin(self.tenant()).await?;
        if ending.stands() {
            let word = if let End::HandOver(_) = end { "hand_over" } else { ending.outcome.as_str() };
            sql::query("insert into test_set (name, description) values ($1, $2)")
                .persistent(false)
                .bind(format!("{task_id} {word}"))
                .bind(attempt.to_string())
                .execute(&mut *tx)
                .await?;
        }
        store::unbind(&mut tx).await?;
        let settled = if let End::HandOver(shape) = end {
            let Json(settled): Json<Settled> = sql::query_scalar("select tasks.hand_over($1, $2, $3, $4)")
                .persistent(false)
                .bind(worker.token)
                .bind(task_id)
                .bind(attempt)
                .bind(Json(shape.handed_over_to()))
                .fetch_one(&mut *tx)
                .await?;
            settled
        } else {
            store::finish_in(&mut tx, worker.token, &[ending]).await?
        };
        if settled.ended.is_empty() || crash == Crash::BeforeCommit {
            tx.rollback().await?;
        } else {
            tx.commit().await?;
        }
        Ok(settled)
    }
}
