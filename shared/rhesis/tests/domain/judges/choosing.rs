//! Which metrics judge a test, and which model they ask.

use rhesis::cases;
use rhesis::metrics::{self, Metric};
use rhesis::runs;
use sqlx::PgConnection;
use testing::Database;
use uuid::Uuid;

use crate::judges::world::model;
use crate::world::World;

async fn named(conn: &mut PgConnection, name: &str) -> Uuid {
    let metric = Metric { name: name.to_owned(), ..Metric::of_class("exact") };
    metrics::create(conn, &metric, None).await.unwrap()
}

async fn chosen(conn: &mut PgConnection, run: Uuid, test: Uuid) -> Result<Vec<String>, String> {
    let metrics = cases::load(conn, run, test).await.unwrap().metrics?;
    Ok(metrics.into_iter().map(|chosen| chosen.metric.name).collect())
}

async fn attribute(conn: &mut PgConnection, attributes: serde_json::Value) {
    sql::query("update test_configuration set attributes = $1").bind(attributes).execute(conn).await.unwrap();
}

#[tokio::test]
async fn the_configuration_goes_before_the_test_set_and_that_before_the_behavior_test_by_test() {
    let database = Database::new().await;
    let world = World::new(&database, 2).await;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    let (own, behaved) = (named(&mut tx, "own").await, named(&mut tx, "behaved").await);
    let behavior: Uuid = sql::query_scalar("insert into behavior (name) values ('kind') returning id")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    for (statement, id) in [
        ("insert into behavior_metric (behavior_id, metric_id) values ($1, $2)", behaved),
        ("update test set behavior_id = $1 where id = $2", run.tests[0]),
    ] {
        sql::query(statement).bind(behavior).bind(id).execute(&mut *tx).await.unwrap();
    }
    let (first, second) = (run.tests[0], run.tests[1]);
    attribute(&mut tx, serde_json::json!({"metrics": [{"id": own}]})).await;
    assert_eq!(chosen(&mut tx, run.test_run_id, first).await.unwrap(), ["own"]);
    attribute(&mut tx, serde_json::json!({})).await;
    assert_eq!(chosen(&mut tx, run.test_run_id, first).await.unwrap(), ["exact"]);
    sql::query("delete from test_set_metric").execute(&mut *tx).await.unwrap();
    assert_eq!(chosen(&mut tx, run.test_run_id, first).await.unwrap(), ["behaved"]);
    assert!(chosen(&mut tx, run.test_run_id, second).await.unwrap().is_empty(), "it has no behavior");
    sql::query(r#"update metric set metric_scope = '["Multi-Turn"]'"#).execute(&mut *tx).await.unwrap();
    assert!(chosen(&mut tx, run.test_run_id, first).await.unwrap().is_empty(), "it is for conversations");
}

#[tokio::test]
async fn a_configured_metric_that_was_deleted_is_no_reason_to_judge_by_fewer() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    let (one, two) = (named(&mut tx, "one").await, named(&mut tx, "two").await);
    attribute(&mut tx, serde_json::json!({"metrics": [{"id": one}, {"id": two}]})).await;
    assert!(metrics::delete(&mut tx, two).await.unwrap());
    let why = chosen(&mut tx, run.test_run_id, run.tests[0]).await.unwrap_err();
    assert_eq!(why, format!("metric {two} of the configuration was deleted"));
    attribute(&mut tx, serde_json::json!({"metrics": "all"})).await;
    let why = chosen(&mut tx, run.test_run_id, run.tests[0]).await.unwrap_err();
    assert!(why.starts_with("attributes.metrics must be a list"), "{why}");
}

#[tokio::test]
async fn a_metrics_own_model_goes_before_the_configurations() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    let (own, other) =
        (model(&mut tx, "http://127.0.0.1/own").await, model(&mut tx, "http://127.0.0.1/other").await);
    attribute(&mut tx, serde_json::json!({"evaluation_model_id": other})).await;
    for (model_id, endpoint) in [(Some(own), "http://127.0.0.1/own"), (None, "http://127.0.0.1/other")] {
        sql::query("update metric set model_id = $1").bind(model_id).execute(&mut *tx).await.unwrap();
        let case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
        assert_eq!(case.metrics.unwrap()[0].model.as_ref().unwrap().endpoint, endpoint);
    }
}
