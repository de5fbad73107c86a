use std::time::{Duration, SystemTime};

use api::{App, Identity, router};
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use catalog::CountTestSets;
use queue::{Memory, Queue, Ticks};
use relay::on_ticks;
use rhesis::organizations;
use serde_json::{Value, json};
use task::Wake;
use testing::System;
use tower::ServiceExt as _;
use worker::{Invocation, Worker};

pub(crate) const KIND: &str = "count_test_sets";

/// How long SQS keeps a tick back that was delivered: the relay's queue in the template says so.
const VISIBILITY: Duration = Duration::from_secs(60);

/// A system whose database may sleep. Time passes when the test says so, for the database and for the relay's queue.
pub(crate) struct Sleeping {
    pub(crate) system: System,
    pub(crate) ticks: Ticks,
    pub(crate) token: String,
}

/// When everything had ended, and when nothing was under way any more, in seconds from the beginning.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(crate) ended: u64,
    pub(crate) quiet: u64,
}

impl Sleeping {
    pub(crate) async fn new() -> Self {
        let ticks = Ticks::default();
        let system = System { messages: Memory::sleeping(&ticks), ..System::new().await };
        let mut owner = system.database.owner().acquire().await.unwrap();
        let token = organizations::found(&mut owner, "test").await.unwrap().token;
        drop(owner);
        Self { system, ticks, token }
    }

    /// The queue as a process sees it that has just begun.
    pub(crate) fn new_process(&self) -> Queue {
        Queue::Memory(self.system.messages.elsewhere())
    }

    /// A request to an API function that has just begun.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        let endpoints = rhesis::endpoints::Client::builder().build().unwrap();
        let app = App {
            store: self.system.api.clone(),
            queue: self.new_process(),
            identity: Identity::default(),
            endpoints,
            long_calls: api::bounds(12),
        };
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        router(app).oneshot(request).await.unwrap()
    }

    /// Starts a task over HTTP.
    pub(crate) async fn start(&self, body: Value) -> Response {
        self.post(&format!("/tasks/{KIND}"), body).await
    }

    /// Commits a task by the SQL function alone.
    pub(crate) async fn start_by_sql(&self) {
        let mut tx = self.system.api.begin(self.system.organization.tenant()).await.unwrap();
        sql::query("select tasks.enqueue('count_test_sets')").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A function that has just begun: it counts, and starts as many children as it is told.
    pub(crate) fn function(&self) -> Worker {
        let store = self.system.database.store_as("task_count_test_sets");
        Worker::new::<CountTestSets, _, _, _>(store.clone(), store, self.new_process(), |_, _| async {
            Ok(1)
        })
    }

    pub(crate) fn invocation() -> Invocation {
        Invocation::new("request", "stream", Duration::from_secs(35))
    }

    /// The relay's turn: it gets the ticks that are visible, if there are any.
    pub(crate) async fn relay(&self) {
        let held = self.ticks.receive(VISIBILITY);
        let ticks: Vec<_> = held.iter().map(|held| held.tick).collect();
        if !ticks.is_empty()
            && on_ticks(&self.system.relay, &self.new_process(), &ticks, soon()).await.is_ok()
        {
            self.ticks.delete(&held);
        }
    }

    /// Lets time go by.
    pub(crate) async fn pass(&self, time: Duration) {
        self.ticks.pass(time);
        for statement in [
            "update tasks.outbox set not_before = not_before - $1, visible_at = visible_at - $1,
               expires_at = expires_at - $1, claimed_at = claimed_at - $1",
            "update tasks.task_group set check_at = check_at - $1",
            "update tasks.schedule set next_at = next_at - $1",
            "update tasks.relay set swept_at = swept_at - $1",
        ] {
            sql::query(statement).bind(time).execute(self.system.database.owner()).await.unwrap();
        }
    }

    /// Time goes by until no tick is left, and functions do what they are told. Messages with a delay are lost.
    pub(crate) async fn rest(&self) -> Rest {
        let function = self.function();
        let (mut now, mut ended) = (0, None);
        loop {
            let wakes: Vec<Wake> = self.system.messages.take_all();
            let wakes: Vec<Wake> = wakes.into_iter().filter(|wake| wake.wait_seconds <= 0.0).collect();
            if !wakes.is_empty() {
                self.system.deliver(&function, &wakes).await;
                continue;
            }
            if ended.is_none() && self.unfinished().await == 0 {
                ended = Some(now);
            }
            let Some(next) = self.ticks.held().iter().map(|held| held.visible_at).min() else {
                return Rest { ended: ended.expect("every task has ended"), quiet: now };
            };
            let wait = next.duration_since(SystemTime::now()).unwrap_or_default().as_secs_f64().ceil();
            self.pass(Duration::from_secs_f64(wait)).await;
            now += wait as u64;
            assert!(now < 100_000, "does not come to rest: {:?}", self.ticks.held());
            self.relay().await;
        }
    }

    /// How many tasks have not ended.
    pub(crate) async fn unfinished(&self) -> i64 {
        self.count("select count(*) from tasks.outbox").await
    }

    /// Whether every row has a look that is still to come.
    pub(crate) async fn is_covered(&self) -> bool {
        !self.ticks.held().is_empty() || self.unfinished().await == 0
    }

    pub(crate) async fn count(&self, statement: &'static str) -> i64 {
        sql::query_scalar(statement).fetch_one(self.system.database.owner()).await.unwrap()
    }

    /// Every task that was ever committed has succeeded.
    pub(crate) async fn all_succeeded(&self) -> bool {
        self.count("select count(*) from tasks.task where status <> 'SUCCESS'").await == 0
    }
}

/// When a relay that begins now is ended.
pub(crate) fn soon() -> SystemTime {
    SystemTime::now() + Duration::from_secs(55)
}

/// A body that starts a task as it is.
pub(crate) fn plain() -> Value {
    json!({})
}
