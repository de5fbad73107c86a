use std::collections::HashMap;
use std::time::Duration;

use rand::Rng;
use store::{NewTask, Store};
use testing::System;

/// The kinds of plain tasks, of members, of callbacks.
pub(crate) const PLAIN: &str = "count_test_sets";
pub(crate) const MEMBER: &str = "execute_test";
pub(crate) const CALLBACK: &str = "collect_results";

/// Where a race is run.
pub(crate) struct Arena {
    pub(crate) system: System,
    stores: HashMap<&'static str, Store>,
}

/// Runs a race as often as wanted, each time in an empty arena. In the end there was no deadlock, not even one that was
/// asked again.
pub(crate) async fn race(rounds: usize, once: impl AsyncFn(&Arena)) {
    let rounds = std::env::var("RACE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(rounds);
    let arena = Arena::new().await;
    for _ in 0..rounds {
        arena.clear().await;
        // Boxed: rustc's limit for nested futures is near.
        Box::pin(once(&arena)).await;
        arena.check().await;
    }
    arena.leave().await;
}

/// A moment, so that the racers meet at another point each time.
pub(crate) async fn jitter() {
    let moment = rand::rng().random_range(0..3000);
    tokio::time::sleep(Duration::from_micros(moment)).await;
}

/// A task that may be retried so often.
pub(crate) fn new_task(kind: &str, max_retries: i32) -> NewTask {
    NewTask { max_retries: Some(max_retries), ..NewTask::named(kind, serde_json::json!({})) }
}

impl Arena {
    async fn new() -> Self {
        let system = System::new().await;
        let stores = [PLAIN, MEMBER, CALLBACK]
            .map(|kind| (kind, system.database.store_with(&format!("task_{kind}"), 24)))
            .into();
        Self { system, stores }
    }

    /// The store of the functions of a kind.
    pub(crate) fn store(&self, kind: &str) -> &Store {
        &self.stores[kind]
    }

    async fn clear(&self) {
        let left = "delete from tasks.outbox; delete from tasks.task_group; delete from tasks.task;
          delete from tasks.task_limit; delete from test_set;
          update tasks.relay set swept_at = clock_timestamp()";
        sqlx::raw_sql(left).execute(self.system.database.owner()).await.unwrap();
    }

    /// Runs a statement of the owner: for arranging.
    pub(crate) async fn arrange(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(self.system.database.owner()).await.unwrap();
    }

    /// Asks for a number.
    pub(crate) async fn count(&self, question: &'static str) -> i64 {
        sql::query_scalar(question).fetch_one(self.system.database.owner()).await.unwrap()
    }

    /// Returns when somebody waits for a lock.
    pub(crate) async fn somebody_waits(&self) {
        let waiting = "select count(*) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'";
        while self.count(waiting).await == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Nothing is wrong at this moment.
    pub(crate) async fn check(&self) {
        for questions in [include_str!("../model/promises.sql"), include_str!("../model/effects.sql")] {
            let wrong: Vec<String> =
                sql::query_scalar(questions).fetch_all(self.system.database.owner()).await.unwrap();
            assert!(wrong.is_empty(), "{}", wrong.join("; "));
        }
    }

    /// A server counts the deadlocks of a connection at its end.
    async fn leave(&self) {
        for store in self.stores.values().chain([&self.system.api, &self.system.relay]) {
            store.close().await;
        }
        let others = "select count(*) from pg_stat_activity
          where datname = current_database() and usename <> current_user";
        for _ in 0..100 {
            if self.count(others).await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
        assert_eq!(self.count(deadlocks).await, 0, "deadlocks");
    }
}
