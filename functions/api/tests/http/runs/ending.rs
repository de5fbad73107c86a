//! How a test run ends with its task, whoever ends that.

use catalog::{CollectResults, ExecuteTest, ExecuteTestConfiguration, TestVerdict};
use rhesis::{Outcome, Verdict, results, runs};
use serde_json::{Value, json};
use task::Error;
use uuid::Uuid;
use worker::{End, Group, Worker};

use crate::world::{Api, Client};

/// Starts a run of so many tests; answers its id and its task's.
async fn start(api: &Api, client: &Client, tests: usize) -> (Uuid, Uuid) {
    let (configuration, ..) = api.configuration(client, tests).await;
    let answer = client.post(&format!("/test_configurations/{configuration}/execute"), &json!({})).await;
    (answer.body["test_run_id"].as_str().unwrap().parse().unwrap(), answer.task_id())
}

/// Begins the run as its function does.
async fn begin(api: &Api) {
    let worker = api.system.worker(|task: ExecuteTestConfiguration, ctx| async move {
        let mut tx = ctx.begin().await?;
        let run = runs::start(&mut tx, task.test_configuration_id, ctx.task_id()).await;
        ctx.finish_in(tx);
        let run = run.map_err(|error| Error::permanent(error.to_string()))?;
        let test_run_id = run.test_run_id;
        let tests = run.tests.into_iter().map(|test_id| ExecuteTest { test_run_id, test_id });
        Ok(End::HandOver(Group::new(tests, run.window, &CollectResults { test_run_id })))
    });
    api.system.drain("execute_test_configuration", &worker).await;
}

/// A function that passes every test but those of one id, which fail as tasks.
fn tests(api: &Api, failing: Option<Uuid>) -> Worker {
    api.system.worker(move |task: ExecuteTest, ctx| async move {
        if Some(task.test_id) == failing {
            return Err(Error::permanent("the function ran out of memory"));
        }
        let outcome = Outcome { verdict: Verdict::Pass, reason: None, output: json!({}), metrics: json!({}) };
        let mut tx = ctx.begin().await?;
        results::store(&mut tx, task.test_run_id, task.test_id, &outcome).await?;
        ctx.finish_in(tx);
        Ok(TestVerdict { test_id: task.test_id, status: "Pass".into() })
    })
}

/// A function that ends the run, or is broken.
fn collect(api: &Api, broken: bool) -> Worker {
    api.system.worker(move |task: CollectResults, ctx| async move {
        if broken {
            return Err(Error::permanent("no room on the device"));
        }
        let mut tx = ctx.begin().await?;
        let summary = runs::complete(&mut tx, task.test_run_id).await?;
        ctx.finish_in(tx);
        Ok(summary)
    })
}

async fn run(api: &Api, id: Uuid) -> (String, Option<String>) {
    sql::query_as("select status, error from test_run where id = $1")
        .bind(id)
        .fetch_one(api.system.database.owner())
        .await
        .unwrap()
}

async fn first_test(api: &Api) -> Uuid {
    sql::query_scalar("select test_id from test_run_test order by position limit 1")
        .fetch_one(api.system.database.owner())
        .await
        .unwrap()
}

fn cancelled() -> (String, Option<String>) {
    ("Cancelled".to_owned(), None)
}

#[tokio::test]
async fn a_queued_run_is_cancelled_and_never_begins() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, task_id) = start(&api, &client, 3).await;
    let answer = client.post(&format!("/test_runs/{id}/cancel"), &json!({})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, json!({ "test_run_id": id, "task_id": task_id, "status": "Cancelled" }));
    begin(&api).await;
    assert_eq!(run(&api, id).await, cancelled());
    assert_eq!(client.state(task_id).await["status"], "REVOKED");
}

#[tokio::test]
async fn a_run_in_progress_is_cancelled_with_every_test_that_has_not_ended() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, task_id) = start(&api, &client, 30).await;
    begin(&api).await;
    let wakes = api.system.messages.take("execute_test", 5);
    api.system.deliver(&tests(&api, None), &wakes).await;
    assert_eq!(client.post(&format!("/test_runs/{id}/cancel"), &json!({})).await.status, 200);
    api.system.drain("execute_test", &tests(&api, None)).await;
    api.system.drain("collect_results", &collect(&api, false)).await;
    assert_eq!(run(&api, id).await, cancelled());
    let state = client.state(task_id).await;
    assert_eq!(state["status"], "REVOKED");
    let stored: i64 = sql::query_scalar("select count(*) from test_result")
        .fetch_one(api.system.database.owner())
        .await
        .unwrap();
    assert_eq!(stored, 5);
}

#[tokio::test]
async fn a_run_that_has_ended_cannot_be_cancelled_and_its_status_is_told() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, _) = start(&api, &client, 1).await;
    begin(&api).await;
    api.system.drain("execute_test", &tests(&api, None)).await;
    api.system.drain("collect_results", &collect(&api, false)).await;
    let answer = client.post(&format!("/test_runs/{id}/cancel"), &json!({})).await;
    assert_eq!(answer.problem(), (409, None));
    assert_eq!(answer.body["detail"], "Cannot cancel a test run with status 'Completed'");
    assert_eq!(run(&api, id).await.0, "Completed");
}

#[tokio::test]
async fn a_run_of_another_tenant_cannot_be_cancelled_or_guessed() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let (id, _) = start(&api, &one, 1).await;
    let foreign = two.post(&format!("/test_runs/{id}/cancel"), &json!({})).await;
    let unknown = two.post(&format!("/test_runs/{}/cancel", Uuid::now_v7()), &json!({})).await;
    assert_eq!((foreign.problem(), &foreign.body), ((404, None), &unknown.body));
    assert_eq!(run(&api, id).await.0, "Queued");
}

#[tokio::test]
async fn revoking_the_task_of_a_run_cancels_the_run_in_the_same_commit() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, task_id) = start(&api, &client, 3).await;
    begin(&api).await;
    client.delete(&format!("/tasks/{task_id}")).await;
    assert_eq!(run(&api, id).await, cancelled());
}

#[tokio::test]
async fn a_run_whose_last_task_fails_does_not_stay_in_progress() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, task_id) = start(&api, &client, 2).await;
    begin(&api).await;
    api.system.drain("execute_test", &tests(&api, None)).await;
    api.system.drain("collect_results", &collect(&api, true)).await;
    assert_eq!(client.state(task_id).await["status"], "FAILURE");
    assert_eq!(run(&api, id).await, ("Failed".to_owned(), Some("no room on the device".to_owned())));
}

#[tokio::test]
async fn a_test_whose_task_failed_is_an_error_with_the_reason_of_the_task() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, task_id) = start(&api, &client, 2).await;
    begin(&api).await;
    let failing = first_test(&api).await;
    api.system.drain("execute_test", &tests(&api, Some(failing))).await;
    api.system.drain("collect_results", &collect(&api, false)).await;
    assert_eq!(run(&api, id).await.0, "Partial");
    assert_eq!(client.state(task_id).await["result"]["errors"], 1);
    let reason: Value = sql::query_scalar("select to_jsonb(reason) from test_result where test_id = $1")
        .bind(failing)
        .fetch_one(api.system.database.owner())
        .await
        .unwrap();
    assert_eq!(reason, "the function ran out of memory");
}

#[tokio::test]
async fn a_failed_run_that_is_begun_anew_goes_on_with_the_tests_that_have_no_result() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, task_id) = start(&api, &client, 3).await;
    begin(&api).await;
    let failing = first_test(&api).await;
    api.system.drain("execute_test", &tests(&api, Some(failing))).await;
    api.system.drain("collect_results", &collect(&api, true)).await;
    assert_eq!(client.post(&format!("/tasks/{task_id}/retry"), &json!({})).await.status, 202);
    assert_eq!(run(&api, id).await, ("Queued".to_owned(), None));
    begin(&api).await;
    assert_eq!(api.system.messages.take("execute_test", 10).len(), 1);
    client.delete(&format!("/tasks/{task_id}")).await;
    client.post(&format!("/tasks/{task_id}/retry"), &json!({})).await;
    begin(&api).await;
    assert_eq!(run(&api, id).await, cancelled());
    let error = client.state(task_id).await["error"]["message"].to_string();
    assert!(error.contains("has already ended as Cancelled"), "{error}");
}
