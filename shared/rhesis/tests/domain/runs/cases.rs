//! One test, from its rows over the endpoint to its stored result.

use rhesis::cases::{self, Case, CaseError};
use rhesis::endpoints::{CallError, Client};
use rhesis::{Outcome, Verdict, results, runs};
use testing::Database;
use uuid::Uuid;

use crate::servers::{answering, local, nobody};
use crate::world::{World, column, outcome};

async fn verdict_of(case: &mut Case, client: &Client, last_try: bool) -> Result<Outcome, CallError> {
    assert!(!case.ask(client, last_try).await?, "no model judges");
    Ok(case.judge(client, last_try).await.unwrap())
}

#[tokio::test]
async fn a_test_is_asked_judged_and_stored() {
    let database = Database::new().await;
    let endpoint = answering("{\"output\": \"a2\", \"more\": 1}").await;
    let world = World::with_endpoint(&database, 2, &endpoint).await;
    let id = world.configuration_id;
    let client = local();
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap();
    for test_id in &run.tests {
        let mut case = cases::load(&mut tx, run.test_run_id, *test_id).await.unwrap();
        assert_eq!(case.stored, None);
        let outcome = verdict_of(&mut case, &client, false).await.unwrap();
        results::store(&mut tx, run.test_run_id, *test_id, &outcome).await.unwrap();
    }
    let rows = column(
        &mut tx,
        "select concat_ws(' ', status, test_output, test_metrics #>> '{metrics,exact,reason}') from test_result
         order by test_id",
    )
    .await;
    let rows: Vec<String> = rows.into_iter().flatten().collect();
    assert_eq!(rows[0], "Fail {\"output\": \"a2\"} the answer differs from the expected one");
    assert_eq!(rows[1], "Pass {\"output\": \"a2\"} the answer equals the expected one");
}

#[tokio::test]
async fn a_row_of_before_that_is_longer_than_there_may_be_is_not_read_and_says_so() {
    let database = Database::new().await;
    let world = World::with_endpoint(&database, 1, &nobody().await).await;
    for (column, what) in [("content", "prompt"), ("expected_response", "expected answer")] {
        let mut tx = world.begin().await;
        let long = format!("update prompt set {column} = repeat('x', 1048577)");
        sqlx::query(sqlx::AssertSqlSafe(long)).execute(&mut *tx).await.unwrap();
        let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
        let mut case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
        let outcome = verdict_of(&mut case, &local(), false).await.unwrap();
        let why = format!("the {what} has more than 1048576 bytes");
        assert_eq!((outcome.verdict, outcome.reason), (Verdict::Error, Some(why)));
    }
}

#[tokio::test]
async fn what_is_stored_is_what_was_judged_to_the_last_digit() {
    let database = Database::new().await;
    let endpoint = answering("{\"output\": {\"z\": 12345678901234567890123, \"a\": [1e2, -0]}}").await;
    let world = World::with_endpoint(&database, 1, &endpoint).await;
    let mut tx = world.begin().await;
    let said = r#"{"z":12345678901234567890123,"a":[1e2,-0]}"#;
    sql::query("update prompt set expected_response = $1").bind(said).execute(&mut *tx).await.unwrap();
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    let mut case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
    let outcome = verdict_of(&mut case, &local(), false).await.unwrap();
    assert_eq!(outcome.verdict, Verdict::Pass, "{outcome:?}");
    results::store(&mut tx, run.test_run_id, run.tests[0], &outcome).await.unwrap();
    let stored = column(&mut tx, "select test_output ->> 'output' from test_result").await;
    assert_eq!(stored, [Some(said.to_owned())]);
}

#[tokio::test]
async fn a_repeated_attempt_finds_the_stored_verdict_and_leaves_one_row() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let id = world.configuration_id;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap();
    for verdict in [Verdict::Error, Verdict::Pass] {
        results::store(&mut tx, run.test_run_id, run.tests[0], &outcome(verdict)).await.unwrap();
        let case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
        assert_eq!(case.stored, Some(verdict));
    }
    assert_eq!(column(&mut tx, "select status from test_result").await, [Some("Pass".to_owned())]);
}

#[tokio::test]
async fn a_failed_call_is_stored_with_what_is_known_about_it() {
    let database = Database::new().await;
    let world = World::with_endpoint(&database, 1, &nobody().await).await;
    let id = world.configuration_id;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap();
    let mut case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
    let client = local();
    assert!(verdict_of(&mut case, &client, false).await.unwrap_err().is_transient(), "worth another try");
    let outcome = verdict_of(&mut case, &client, true).await.unwrap();
    results::store(&mut tx, run.test_run_id, run.tests[0], &outcome).await.unwrap();
    let stored = column(
        &mut tx,
        "select concat_ws(' ', status, test_output ->> 'error_type', reason) from test_result",
    );
    let stored = stored.await.remove(0).unwrap();
    assert!(stored.starts_with("Error network_error endpoint call failed: "), "{stored}");
}

#[tokio::test]
async fn an_answer_with_the_zero_character_is_stored() {
    let database = Database::new().await;
    let endpoint = answering(r#"{"output": "a\u0000b"}"#).await;
    let world = World::with_endpoint(&database, 1, &endpoint).await;
    let id = world.configuration_id;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap();
    let mut case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
    let outcome = verdict_of(&mut case, &local(), false).await.unwrap();
    results::store(&mut tx, run.test_run_id, run.tests[0], &outcome).await.unwrap();
    let stored = column(&mut tx, "select test_output ->> 'output' from test_result").await;
    assert_eq!(stored, [Some("a\u{fffd}b".to_owned())]);
}

#[tokio::test]
async fn a_test_deleted_during_the_run_is_an_error_that_says_so() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let id = world.configuration_id;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap();
    sql::query("delete from test").execute(&mut *tx).await.unwrap();
    let mut case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
    let outcome = verdict_of(&mut case, &local(), false).await.unwrap();
    assert!(outcome.reason.as_deref().unwrap().ends_with("was deleted after the test run had started"));
    results::store(&mut tx, run.test_run_id, run.tests[0], &outcome).await.unwrap();
}

#[tokio::test]
async fn a_test_that_is_not_one_of_the_run_is_neither_loaded_nor_stored() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let id = world.configuration_id;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, id, Uuid::now_v7()).await.unwrap();
    let stranger = Uuid::now_v7();
    let error = cases::load(&mut tx, run.test_run_id, stranger).await.unwrap_err();
    assert!(matches!(error, CaseError::NotFound { .. }));
    let stored =
        results::store(&mut tx, run.test_run_id, stranger, &outcome(Verdict::Pass)).await.unwrap_err();
    let constraint = stored.as_database_error().and_then(|error| error.constraint()).map(str::to_owned);
    assert_eq!(constraint.as_deref(), Some("test_result_test_of_the_run"));
}

#[tokio::test]
async fn a_test_that_is_begun_anew_after_its_run_has_ended_is_refused() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    runs::complete(&mut tx, run.test_run_id).await.unwrap();
    let error = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap_err();
    assert!(error.to_string().ends_with("has already ended as Failed") && !error.is_transient(), "{error}");
}
