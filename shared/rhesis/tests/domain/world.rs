//! A tenant with a configuration to run.

use rhesis::endpoints::Endpoint;
use rhesis::import::Row;
use rhesis::metrics::Metric;
use rhesis::organizations::{self, Founded};
use rhesis::{Outcome, Verdict, configurations, endpoints, metrics, test_sets};
use serde_json::json;

use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use testing::Database;
use uuid::Uuid;

/// A tenant: what it has, and a function's connections to it.
pub(crate) struct World {
    pub(crate) pool: PgPool,
    pub(crate) founded: Founded,
    pub(crate) test_set_id: Uuid,
    pub(crate) configuration_id: Uuid,
}

impl World {
    /// A new tenant whose configuration runs this many tests: prompt `q1` expects `a1`, and so on.
    pub(crate) async fn new(database: &Database, tests: usize) -> Self {
        Self::with_endpoint(database, tests, &Endpoint::input_output("http://127.0.0.1:9")).await
    }

    pub(crate) async fn with_endpoint(database: &Database, tests: usize, endpoint: &Endpoint) -> Self {
        let row = |i| Row { prompt: format!("q{i}"), expected: Some(format!("a{i}")) };
        Self::with_rows(database, &(1..=tests).map(row).collect::<Vec<Row>>(), endpoint).await
    }

    /// A new tenant whose configuration runs these tests against this endpoint.
    pub(crate) async fn with_rows(database: &Database, rows: &[Row], endpoint: &Endpoint) -> Self {
        let mut tx = database.owner().begin().await.unwrap();
        let founded = organizations::found(&mut tx, "Acme").await.unwrap();
        organizations::enter(&mut tx, founded.organization_id).await.unwrap();
        let user = Some(founded.user_id);
        let endpoint_id = endpoints::create(&mut tx, "Bot", endpoint, user).await.unwrap();
        let test_set_id = test_sets::create(&mut tx, "Questions", rows, user).await.unwrap();
        let metric_id = metrics::create(&mut tx, &Metric::of_class("exact"), user).await.unwrap();
        metrics::assign(&mut tx, metric_id, test_set_id).await.unwrap();
        let configuration_id = configurations::create(&mut tx, endpoint_id, test_set_id, user).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            pool: database.store_as("task_execute_test").pool().await.unwrap().clone(),
            founded,
            test_set_id,
            configuration_id,
        }
    }

    /// A transaction of this tenant, of a function's login role.
    pub(crate) async fn begin(&self) -> Transaction<'static, Postgres> {
        let mut tx = self.pool.begin().await.unwrap();
        organizations::enter(&mut tx, self.founded.organization_id).await.unwrap();
        tx
    }
}

/// The texts of a column of one tenant's table, in the order of its first column.
pub(crate) async fn column(conn: &mut PgConnection, query: &'static str) -> Vec<Option<String>> {
    sql::query_scalar(query).fetch_all(conn).await.unwrap()
}

pub(crate) fn outcome(verdict: Verdict) -> Outcome {
    let reason = (verdict != Verdict::Pass).then(|| format!("because {verdict}"));
    Outcome { verdict, reason, output: json!({"output": "x"}), metrics: json!({}) }
}
