//! Runs that are played by the test: it says when they begin, what every test comes to, and when they end.

use catalog::{CollectResults, ExecuteTest, ExecuteTestConfiguration, TestVerdict};
use rhesis::{Outcome, Verdict, results, runs};
use serde_json::{Value, json};
use task::Error;
use uuid::Uuid;
use worker::{End, Group};

use crate::world::{Api, Client};

/// Starts a run of a configuration; answers its id and its task's.
pub(crate) async fn start(client: &Client, configuration: Uuid) -> (Uuid, Uuid) {
    let answer = client.post(&format!("/test_configurations/{configuration}/execute"), &json!({})).await;
    (id(&answer.body["test_run_id"]), answer.task_id())
}

/// Starts a run and plays it to its end.
pub(crate) async fn play(api: &Api, client: &Client, configuration: Uuid) -> Uuid {
    let (run, _) = start(client, configuration).await;
    begin(api).await;
    while judge(api, 10).await > 0 {}
    collect(api).await;
    run
}

/// Begins the runs that are queued.
pub(crate) async fn begin(api: &Api) {
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

/// Runs as many tests as there are messages for, at most so many; answers how many. By their places in the run they pass,
/// fail and err in turns.
pub(crate) async fn judge(api: &Api, most: usize) -> usize {
    let worker = api.system.worker(|task: ExecuteTest, ctx| async move {
        let mut tx = ctx.begin().await?;
        let position: i32 =
            sql::query_scalar("select position from test_run_test where test_run_id = $1 and test_id = $2")
                .bind(task.test_run_id)
                .bind(task.test_id)
                .fetch_one(&mut *tx)
                .await?;
        let outcome = outcome(position);
        results::store(&mut tx, task.test_run_id, task.test_id, &outcome).await?;
        ctx.finish_in(tx);
        Ok(TestVerdict { test_id: task.test_id, status: outcome.verdict.to_string() })
    });
    let wakes = api.system.messages.take("execute_test", most);
    api.system.deliver(&worker, &wakes).await;
    wakes.len()
}

/// Ends the runs whose tests have all ended.
pub(crate) async fn collect(api: &Api) {
    let worker = api.system.worker(|task: CollectResults, ctx| async move {
        let mut tx = ctx.begin().await?;
        let summary = runs::complete(&mut tx, task.test_run_id).await?;
        ctx.finish_in(tx);
        Ok(summary)
    });
    api.system.drain("collect_results", &worker).await;
}

/// What the test at a place comes to: 1 passes, 2 fails, 3 errs, 4 passes …
fn outcome(position: i32) -> Outcome {
    let metric = |score: Value, met: Value| json!({ "score": score, "is_successful": met, "reason": "r" });
    let output = json!({ "output": format!("=answer {position}") });
    let metrics = |exact: Value, polite: Value| json!({ "execution_time": 1, "metrics": { "exact": exact, "polite": polite } });
    match position % 3 {
        1 => Outcome {
            verdict: Verdict::Pass,
            reason: None,
            output,
            metrics: metrics(metric(json!(1.0), json!(true)), metric(json!(0.75), json!(true))),
        },
        2 => Outcome {
            verdict: Verdict::Fail,
            reason: Some("it differs".into()),
            output,
            metrics: metrics(metric(json!(0.0), json!(false)), metric(json!(0.5), json!(true))),
        },
        _ => Outcome {
            verdict: Verdict::Error,
            reason: Some("the judge is away".into()),
            output,
            metrics: metrics(
                metric(json!(0.0), json!(false)),
                json!({ "score": null, "is_successful": null, "error": "the judge is away" }),
            ),
        },
    }
}

/// An id of an answer.
pub(crate) fn id(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).expect("an id")
}
