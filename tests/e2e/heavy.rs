//! The heaviest answers that are legal, ten at once: functions have 256 MB, and the stack kills those that take more.

use std::time::Duration;

use axum::routing::post;
use axum::{Json, Router};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::endpoint::Endpoint;
use crate::processes::LIVES;
use crate::server::Server;
use crate::stack::{Stack, Tenant};

const PATIENCE: Duration = Duration::from_secs(240);
/// The most that is read of an answer.
const LARGEST: usize = 2 * 1024 * 1024;

/// A value of so many bytes and less, made of the same piece again and again.
fn filled(before: &str, piece: &str, after: &str) -> String {
    let many = (LARGEST - before.len() - after.len()) / piece.len();
    format!(
        "{before}{}{after}",
        &piece.repeat(many)[..many * piece.len() - usize::from(piece.ends_with(','))]
    )
}

/// An answer by the word of a prompt.
async fn answer(Json(request): Json<Value>) -> String {
    let prompt = request["input"].as_str().unwrap_or_default();
    match prompt.split(' ').next().unwrap_or_default() {
        "objects" => filled(r#"{"output": ["#, r#"{"":0},"#, "]}"),
        "beside" => filled(r#"{"output": "yes", "rest": ["#, r#"{"":0},"#, "]}"),
        "numbers" => filled(r#"{"output": ["#, "0,", "]}"),
        "lists" => filled(r#"{"output": ["#, "[0,0],", "]}"),
        "escapes" => filled(r#"{"output": ""#, "\\u00e9", "\"}"),
        _ => filled(r#"{"output": ""#, "x", "\"}"),
    }
}

/// Executes ten tests, each with this word, on an endpoint with these mappings; answers the run's id.
async fn run(tenant: &Tenant, url: &str, word: &str, mappings: &Value) -> String {
    let endpoint = json!({ "name": word, "url": url, "response_mappings": mappings, "timeout_seconds": 60 });
    let endpoint = made(tenant, "/endpoints", endpoint).await;
    let tests: Vec<Value> =
        (0..10).map(|n| json!({ "prompt": format!("{word} {n}"), "expected": "yes" })).collect();
    let set = made(tenant, "/test_sets", json!({ "name": word, "tests": tests })).await;
    let metric = made(tenant, "/metrics", json!({ "name": word, "class_name": "contains" })).await;
    tenant.call(Method::PUT, &format!("/test_sets/{set}/metrics/{metric}"), None).await;
    let task = tenant.start(&format!("/test_sets/{set}/execute/{endpoint}"), json!({})).await;
    of(tenant, &task).await
}

async fn made(tenant: &Tenant, path: &str, body: Value) -> String {
    let (status, answer) = tenant.call(Method::POST, path, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

/// The run of a task, once that has ended well.
async fn of(tenant: &Tenant, task: &str) -> String {
    let ended = tenant.end_of(task, PATIENCE).await;
    assert_eq!(
        (ended["status"].as_str(), ended["result"]["total"].as_i64()),
        (Some("SUCCESS"), Some(10)),
        "{ended}"
    );
    ended["result"]["test_run_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn ten_of_the_heaviest_answers_at_once_are_judged_stored_shown_and_judged_anew_within_a_functions_memory()
 {
    let stack = Stack::here();
    let _lives = LIVES.read().await;
    let tenant = stack.tenant(&["yes"], Endpoint::start().await).await;
    let server = Server::start(Router::new().route("/", post(answer))).await;
    let output = json!({ "output": "$.output" });
    let mut runs = Vec::new();
    for (word, mappings) in [
        ("objects", &output),
        ("beside", &output),
        ("escapes", &output),
        ("text", &output),
        ("numbers", &json!({ "output": "$.output[0]", "some": "$.output[0:50000]" })),
        ("lists", &json!({ "output": "$.output[0][*]", "every": "$.output[0:10000]" })),
        ("objects", &json!({ "output": "$..*" })),
    ] {
        runs.push(run(&tenant, &server.url, word, mappings).await);
    }
    for run in &runs {
        let table =
            tenant.request(Method::GET, &format!("/test_runs/{run}/download"), None).send().await.unwrap();
        let (status, text) = (table.status(), table.text().await.unwrap());
        assert_eq!((status, text.lines().count() > 10), (StatusCode::OK, true), "{run}");
        let (status, listed) =
            tenant.call(Method::GET, &format!("/test_results?test_run_id={run}"), None).await;
        assert_eq!((status, listed.as_array().map(Vec::len)), (StatusCode::OK, Some(10)), "{listed}");
        let result = format!("/test_results/{}", listed[0]["id"].as_str().unwrap());
        assert_eq!(tenant.call(Method::GET, &result, None).await.0, StatusCode::OK);
        let task = tenant.start(&format!("/test_runs/{run}/rescore"), json!({})).await;
        of(&tenant, &task).await;
    }
    for status in ["FAILURE", "REVOKED", "RETRY"] {
        let (_, listed) = tenant.call(Method::GET, &format!("/tasks?status={status}"), None).await;
        assert_eq!(listed, json!([]));
    }
    let (_, listed) = tenant.call(Method::GET, "/tasks?kind=execute_test&limit=200", None).await;
    let again: Vec<&Value> = listed.as_array().unwrap().iter().filter(|task| task["attempt"] != 1).collect();
    assert!(again.is_empty(), "none was lost: {again:?}");
}

#[tokio::test]
async fn a_table_of_a_run_whose_every_answer_is_the_longest_there_may_be_is_made_within_a_functions_memory() {
    let stack = Stack::here();
    let prompts: Vec<String> = (0..120).map(|n| format!("yes {n}")).collect();
    let prompts: Vec<&str> = prompts.iter().map(String::as_str).collect();
    let tenant = stack.tenant(&prompts, Endpoint::start().await).await;
    let ended = tenant.end_of(&tenant.execute().await, PATIENCE).await;
    let run = ended["result"]["test_run_id"].as_str().unwrap();
    let (_, me) = tenant.call(Method::GET, "/me", None).await;
    let mut admin = PgConnection::connect(&stack.admin_url).await.unwrap();
    let mut tx = admin.begin().await.unwrap();
    sql::query(
        "select set_config('role', 'tasks_tenant', true), set_config('app.organization_id', $1, true)",
    )
    .bind(me["organization_id"].as_str())
    .execute(&mut *tx)
    .await
    .unwrap();
    let longest = "update test_result
                   set test_output = jsonb_build_object('output', repeat('x', 2097152), 'more', repeat('y', 2000000))
                   where test_run_id = $1::uuid";
    let stored = sql::query(longest).bind(run).execute(&mut *tx).await.unwrap();
    assert_eq!(stored.rows_affected(), 120);
    tx.commit().await.unwrap();
    let table =
        tenant.request(Method::GET, &format!("/test_runs/{run}/download"), None).send().await.unwrap();
    assert_eq!(table.status(), StatusCode::OK);
    let text = table.text().await.unwrap();
    assert_eq!(text.matches("(2097152 bytes: too long for a cell)").count(), 120, "{text}");
}
