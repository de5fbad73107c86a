use std::str::FromStr;
use std::time::Duration;

use catalog::CountTestSets;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{Connection as _, PgConnection};
use store::{Asked, NewTask, Store};
use task::{Task, Wake};
use testing::System;
use worker::{Context, Invocation, Worker};

use crate::wire::Wire;

/// A system whose API and function reach Postgres over a wire that counts.
pub(crate) struct World {
    pub(crate) system: System,
    pub(crate) wire: Wire,
    pub(crate) api: Store,
    pub(crate) function: Store,
}

impl World {
    pub(crate) async fn new() -> Self {
        let (system, wire) = (System::new().await, Wire::default());
        let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL is set");
        let name: String = sql::query_scalar("select current_database()::text")
            .fetch_one(system.database.owner())
            .await
            .unwrap();
        let options = PgConnectOptions::from_str(&url).unwrap().database(&name).ssl_mode(PgSslMode::Disable);
        let options = options.clone().host("127.0.0.1").port(wire.to(options.get_port()).await);
        let store = |role: &'static str| {
            let pool = PgPoolOptions::new().max_connections(1).after_connect(move |connection, _| {
                let become_role = sqlx::AssertSqlSafe(format!("set session authorization {role}"));
                Box::pin(async move { sqlx::raw_sql(become_role).execute(connection).await.map(drop) })
            });
            Store::over(pool.test_before_acquire(false).connect_lazy_with(options.clone()))
        };
        let (api, function) = (store("tasks_api"), store("task_count_test_sets"));
        Self { system, wire, api, function }
    }

    /// Starts so many tasks and answers their wake-up calls; nothing of it is counted.
    pub(crate) async fn started(&self, n: usize) -> Vec<Wake> {
        let tasks: Vec<NewTask> = (0..n).map(|_| NewTask::of(&CountTestSets {})).collect();
        let mut tx = self.system.api.begin(self.system.organization.tenant()).await.unwrap();
        let wakes = store::enqueue(&mut tx, &tasks).await.unwrap().wakes;
        tx.commit().await.unwrap();
        wakes
    }

    /// Lets a function run a batch of messages by `handler`; answers how many statements and commits that took.
    pub(crate) async fn run(&self, wakes: &[Wake], handler: fn() -> worker::Result<i64>) -> (usize, usize) {
        // Once before, so that the connection stands and its statements are prepared.
        self.function.pool().await.unwrap().acquire().await.unwrap();
        self.wire.take();
        let worker = self.worker(handler);
        worker.work(&asked(wakes), &invocation()).await.unwrap();
        self.wire.take()
    }

    pub(crate) fn worker(&self, handler: fn() -> worker::Result<i64>) -> Worker {
        let run = move |_: CountTestSets, _: Context| async move { handler() };
        Worker::new::<CountTestSets, _, _, _>(
            self.function.clone(),
            self.system.database.store_as("task_count_test_sets"),
            self.system.queue(),
            run,
        )
    }

    /// A connection of who made the server, past the wire.
    pub(crate) async fn superuser(&self) -> PgConnection {
        let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL is set");
        let name: String = sql::query_scalar("select current_database()::text")
            .fetch_one(self.system.database.owner())
            .await
            .unwrap();
        PgConnection::connect_with(&PgConnectOptions::from_str(&url).unwrap().database(&name)).await.unwrap()
    }

    pub(crate) async fn count(&self, question: &'static str) -> i64 {
        sql::query_scalar(question).fetch_one(self.system.database.owner()).await.unwrap()
    }
}

pub(crate) const KIND: &str = CountTestSets::KIND;

pub(crate) fn asked(wakes: &[Wake]) -> Vec<Asked> {
    wakes.iter().map(|wake| Asked { task_id: wake.task_id, attempt: wake.attempt }).collect()
}

pub(crate) fn invocation() -> Invocation {
    Invocation::new("request", "stream", Duration::from_secs(60))
}
