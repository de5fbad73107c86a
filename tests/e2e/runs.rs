//! A test configuration is executed.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::endpoint::Endpoint;
use crate::processes::LIVES;
use crate::stack::Stack;

const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn every_test_of_a_configuration_is_asked_once_judged_and_counted() {
    let _lives = LIVES.read().await;
    let prompts = ["yes 1", "yes 2", "yes 3", "no 1", "no 2", "500 1", "yes \"{quoted}\" 4"];
    let tenant = Stack::here().tenant(&prompts, Endpoint::start().await).await;
    let task = tenant.execute().await;
    let ended = tenant.end_of(&task, PATIENCE).await;
    assert_eq!(ended["status"], "SUCCESS", "{ended}");
    let result = &ended["result"];
    assert_eq!(result["status"], "partial");
    assert_eq!(result["test_configuration_id"], tenant.test_configuration_id);
    let counts = ["total", "passed", "failed", "errors"].map(|name| result[name].as_i64().unwrap());
    assert_eq!(counts, [7, 4, 2, 1]);
    assert_eq!([&ended["progress"]["done"], &ended["progress"]["total"]], [7, 7], "{ended}");
    let asked = tenant.endpoint.asked();
    assert_eq!(asked.len(), 7);
    assert!(asked.values().all(|times| *times == 1), "{asked:?}");
}

#[tokio::test]
async fn a_test_whose_endpoint_was_busy_is_asked_again_and_then_judged() {
    let _lives = LIVES.read().await;
    let tenant = Stack::here().tenant(&["busy 1", "yes 1"], Endpoint::start().await).await;
    let task = tenant.execute().await;
    let ended = tenant.end_of(&task, PATIENCE).await;
    let result = &ended["result"];
    assert_eq!(
        (result["status"].as_str(), result["passed"].as_i64()),
        (Some("completed"), Some(2)),
        "{ended}"
    );
    assert_eq!(tenant.endpoint.asked()["busy 1"], 2);
}

#[tokio::test]
async fn an_unknown_configuration_answers_404_and_writes_nothing() {
    let stack = Stack::here();
    let tenant = stack.tenant(&["yes"], Endpoint::start().await).await;
    let unknown = uuid::Uuid::now_v7();
    for spelling in ["test-configurations", "test_configurations"] {
        let (status, problem) =
            tenant.call(Method::POST, &format!("/{spelling}/{unknown}/execute"), None).await;
        assert_eq!(
            (status, problem["detail"].as_str()),
            (StatusCode::NOT_FOUND, Some("Test configuration not found"))
        );
    }
    let (_, listed) = tenant.call(Method::GET, "/tasks", None).await;
    assert!(listed.as_array().is_some_and(Vec::is_empty), "{listed}");
}

#[tokio::test]
async fn a_task_for_an_unknown_configuration_fails_at_its_first_attempt() {
    let tenant = Stack::here().tenant(&["yes"], Endpoint::start().await).await;
    let unknown = uuid::Uuid::now_v7();
    let args = json!({ "args": { "test_configuration_id": unknown } });
    let task = tenant.start("/tasks/execute_test_configuration", args).await;
    let ended = tenant.end_of(&task, PATIENCE).await;
    assert_eq!((ended["status"].as_str(), ended["attempt"].as_i64()), (Some("FAILURE"), Some(1)), "{ended}");
    let message = ended["error"]["message"].as_str().unwrap();
    assert!(message.contains(&format!("Test configuration {unknown} not found")), "{message}");
}
