//! Judging the answers of an earlier run anew.

use rhesis::endpoints::Endpoint;
use rhesis::metrics::{self, Metric};
use rhesis::runs::{self, NotRescored, RunStatus};
use rhesis::{Verdict, cases, results};
use serde_json::{Value, json};
use testing::Database;
use uuid::Uuid;

use crate::judges::world::{attempt, client};
use crate::servers::{Bot, answering};
use crate::world::World;

/// Runs all tests of a run and ends it.
async fn execute(world: &World, run: &runs::Started) {
    for test in &run.tests {
        attempt(world, run.test_run_id, *test, &client(), true).await.unwrap();
    }
    let mut tx = world.begin().await;
    runs::complete(&mut tx, run.test_run_id).await.unwrap();
    tx.commit().await.unwrap();
}

async fn start(world: &World, task: Uuid) -> runs::Started {
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, task).await.unwrap();
    tx.commit().await.unwrap();
    run
}

async fn rescore(world: &World, of: Uuid, with: &Value) -> runs::Started {
    let mut tx = world.begin().await;
    let task = Uuid::now_v7();
    let old = runs::rescorable(&mut tx, of, with).await.unwrap();
    let id =
        runs::queue_rescore(&mut tx, &old, (with, &runs::CauseFilter::default()), task, None).await.unwrap();
    tx.commit().await.unwrap();
    let run = start(world, task).await;
    assert_eq!(run.test_run_id, id);
    run
}

async fn verdicts(world: &World, run: Uuid) -> Vec<(String, Option<String>, Value)> {
    sql::query_as(
        "select s.status, s.reason, s.test_output from test_result s join test_run_test t using (test_run_id, test_id)
         where s.test_run_id = $1 order by t.position",
    )
    .bind(run)
    .fetch_all(&mut *world.begin().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_run_is_judged_anew_by_other_metrics_without_a_call_whatever_became_of_its_test_set() {
    let database = Database::new().await;
    let (bot, url) = Bot::start().await;
    let world = World::with_endpoint(&database, 2, &Endpoint::input_output(&url)).await;
    let first = start(&world, Uuid::now_v7()).await;
    execute(&world, &first).await;
    assert_eq!(bot.times(), 2);
    let mut tx = world.begin().await;
    let parameters = json!({"text": "a1"});
    let metric = Metric { parameters, ..Metric::of_class("contains") };
    let metric_id = metrics::create(&mut tx, &metric, None).await.unwrap();
    sql::query("delete from test_test_set").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let second = rescore(&world, first.test_run_id, &json!({"metrics": [{"id": metric_id}]})).await;
    assert_eq!(second.tests, first.tests);
    execute(&world, &second).await;
    assert_eq!(bot.times(), 2, "nobody was asked again");
    let words =
        |rows: Vec<(String, Option<String>, Value)>| rows.into_iter().map(|row| row.0).collect::<Vec<_>>();
    assert_eq!(
        words(verdicts(&world, first.test_run_id).await),
        ["Pass", "Fail"],
        "the old run is as it was"
    );
    let anew = verdicts(&world, second.test_run_id).await;
    assert_eq!(anew[0].2, json!({"output": "a1"}));
    assert_eq!(words(anew), ["Pass", "Pass"]);
}

#[tokio::test]
async fn a_test_without_an_answer_stays_the_error_it_was() {
    let database = Database::new().await;
    let endpoint = answering((axum::http::StatusCode::INTERNAL_SERVER_ERROR, "oops")).await;
    let world = World::with_endpoint(&database, 2, &endpoint).await;
    let first = start(&world, Uuid::now_v7()).await;
    let outcome = attempt(&world, first.test_run_id, first.tests[0], &client(), false).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::Error);
    let mut tx = world.begin().await;
    runs::complete(&mut tx, first.test_run_id).await.unwrap();
    tx.commit().await.unwrap();
    let second = rescore(&world, first.test_run_id, &json!({})).await;
    execute(&world, &second).await;
    let (old, new) = (verdicts(&world, first.test_run_id).await, verdicts(&world, second.test_run_id).await);
    assert_eq!(old, new);
    assert!(new[0].1.as_deref().unwrap().contains("HTTP 500"), "{new:?}");
}

#[tokio::test]
async fn only_a_run_that_has_ended_is_rescored_and_only_by_what_there_is() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let run = start(&world, Uuid::now_v7()).await;
    let mut tx = world.begin().await;
    let refused = runs::rescorable(&mut tx, run.test_run_id, &json!({})).await.unwrap_err();
    assert!(matches!(refused, NotRescored::NotEnded(RunStatus::Progress)));
    assert!(matches!(
        runs::rescorable(&mut tx, Uuid::now_v7(), &json!({})).await,
        Err(NotRescored::NotFound)
    ));
    runs::complete(&mut tx, run.test_run_id).await.unwrap();
    let foreign = World::new(&database, 1).await;
    let mut theirs = foreign.begin().await;
    let metric_id = metrics::create(&mut theirs, &Metric::of_class("exact"), None).await.unwrap();
    theirs.commit().await.unwrap();
    let with = json!({"metrics": [{"id": metric_id}]});
    let refused = runs::rescorable(&mut tx, run.test_run_id, &with).await.unwrap_err();
    assert!(matches!(refused, NotRescored::Attribute(bad) if bad.field == "metrics[0].id"));
    let foreign = runs::rescorable(&mut *foreign.begin().await, run.test_run_id, &json!({})).await;
    assert!(matches!(foreign, Err(NotRescored::NotFound)));
}

#[tokio::test]
async fn an_answer_that_looks_like_a_failed_call_is_judged() {
    let database = Database::new().await;
    let body = json!({"error": true, "error_type": "http_error", "message": "x", "output": "a1"});
    let mut endpoint = answering(body.to_string()).await;
    endpoint.mappings.clear();
    let world = World::with_endpoint(&database, 1, &endpoint).await;
    let first = start(&world, Uuid::now_v7()).await;
    let mut case = cases::load(&mut *world.begin().await, first.test_run_id, first.tests[0]).await.unwrap();
    case.ask(&client(), true).await.unwrap();
    let outcome = case.judge(&client(), true).await.unwrap();
    let mut tx = world.begin().await;
    results::store(&mut tx, first.test_run_id, first.tests[0], &outcome).await.unwrap();
    runs::complete(&mut tx, first.test_run_id).await.unwrap();
    tx.commit().await.unwrap();
    let second = rescore(&world, first.test_run_id, &json!({})).await;
    execute(&world, &second).await;
    assert_eq!(verdicts(&world, second.test_run_id).await[0].0, "Pass");
}
