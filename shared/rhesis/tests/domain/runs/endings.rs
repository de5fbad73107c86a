//! How runs end: by counting what is stored, never by hoping.

use std::time::{Duration, Instant};

use rhesis::runs::{self, Cancel, Started};
use rhesis::{Verdict, configurations, results};
use sqlx::PgConnection;
use testing::Database;
use uuid::Uuid;

use crate::world::{World, column, outcome};

async fn started(world: &World, conn: &mut PgConnection, verdicts: &[Verdict]) -> Started {
    let started = runs::start(conn, world.configuration_id, Uuid::now_v7()).await.unwrap();
    for (test_id, verdict) in started.tests.iter().zip(verdicts) {
        results::store(conn, started.test_run_id, *test_id, &outcome(*verdict)).await.unwrap();
    }
    started
}

#[tokio::test]
async fn a_run_whose_tests_were_all_judged_is_completed_even_if_they_failed() {
    let database = Database::new().await;
    let world = World::new(&database, 3).await;
    let mut tx = world.begin().await;
    let run = started(&world, &mut tx, &[Verdict::Fail, Verdict::Pass, Verdict::Fail]).await;
    let summary = runs::complete(&mut tx, run.test_run_id).await.unwrap();
    assert_eq!(summary.status, "completed");
    assert_eq!((summary.total, summary.passed, summary.failed, summary.errors), (3, 1, 2, 0));
    assert_eq!(summary.test_configuration_id, world.configuration_id);
}

#[tokio::test]
async fn a_test_without_a_result_becomes_an_error_with_a_reason_and_the_run_is_partial() {
    let database = Database::new().await;
    let world = World::new(&database, 3).await;
    let mut tx = world.begin().await;
    let run = started(&world, &mut tx, &[Verdict::Pass]).await;
    let summary = runs::complete(&mut tx, run.test_run_id).await.unwrap();
    assert_eq!(summary.status, "partial");
    assert_eq!((summary.total, summary.passed, summary.failed, summary.errors), (3, 1, 0, 2));
    let reasons = column(&mut tx, "select distinct reason from test_result where status = 'Error'").await;
    assert_eq!(reasons, [Some("no result was stored".to_owned())]);
}

#[tokio::test]
async fn a_run_of_nothing_but_errors_is_failed() {
    let database = Database::new().await;
    let world = World::new(&database, 2).await;
    let mut tx = world.begin().await;
    let run = started(&world, &mut tx, &[Verdict::Error]).await;
    assert_eq!(runs::complete(&mut tx, run.test_run_id).await.unwrap().status, "failed");
}

#[tokio::test]
async fn completing_twice_changes_nothing() {
    let database = Database::new().await;
    let world = World::new(&database, 2).await;
    let mut tx = world.begin().await;
    let run = started(&world, &mut tx, &[Verdict::Pass]).await;
    let first = runs::complete(&mut tx, run.test_run_id).await.unwrap();
    let row = "select completed_at::text || updated_at::text from test_run";
    let before = column(&mut tx, row).await;
    assert_eq!(runs::complete(&mut tx, run.test_run_id).await.unwrap(), first);
    assert_eq!(column(&mut tx, row).await, before);
}

#[tokio::test]
async fn a_cancelled_run_stays_cancelled_and_gets_no_error_rows() {
    let database = Database::new().await;
    let world = World::new(&database, 3).await;
    let mut tx = world.begin().await;
    let run = started(&world, &mut tx, &[Verdict::Pass]).await;
    assert!(matches!(runs::cancel(&mut tx, run.test_run_id).await.unwrap(), Some(Cancel::Done { .. })));
    let summary = runs::complete(&mut tx, run.test_run_id).await.unwrap();
    assert_eq!(summary.status, "cancelled");
    assert_eq!((summary.total, summary.passed, summary.failed, summary.errors), (3, 1, 0, 0));
}

#[tokio::test]
async fn a_run_that_cannot_start_is_failed_with_its_reason_and_never_restarted() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let mut tx = world.begin().await;
    let (id, task_id) = (world.configuration_id, Uuid::now_v7());
    let configuration = configurations::load(&mut tx, id).await.unwrap();
    runs::queue(&mut tx, &configuration, task_id, None).await.unwrap();
    assert!(runs::fail(&mut tx, task_id, "no such endpoint").await.unwrap());
    assert!(!runs::fail(&mut tx, task_id, "again").await.unwrap());
    assert_eq!(column(&mut tx, "select error from test_run").await, [Some("no such endpoint".to_owned())]);
    let error = runs::start(&mut tx, id, task_id).await.unwrap_err().to_string();
    assert!(error.ends_with("has already ended as Failed"), "{error}");
}

#[tokio::test]
async fn twenty_thousand_tests_start_and_end_in_seconds() {
    let database = Database::new().await;
    let world = World::new(&database, 20_000).await;
    let mut tx = world.begin().await;
    let began = Instant::now();
    let run = started(&world, &mut tx, &[Verdict::Pass]).await;
    let start = began.elapsed();
    let summary = runs::complete(&mut tx, run.test_run_id).await.unwrap();
    assert_eq!((run.tests.len(), summary.total, summary.errors), (20_000, 20_000, 19_999));
    println!("20,000 tests: started in {start:?}, ended after {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(20));
}
