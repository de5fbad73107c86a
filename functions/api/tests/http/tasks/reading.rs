use catalog::{CollectResults, CountTestSets, ExecuteTest, ExecuteTestConfiguration};
use serde_json::{Value, json};
use store::Group;
use task::Error;
use uuid::Uuid;
use worker::End;

use crate::world::{Api, Client};

async fn count(client: &Client) -> Uuid {
    client.post("/tasks/count_test_sets", &json!({})).await.task_id()
}

#[track_caller]
fn assert_is_utc(time: &Value) {
    let text = time.as_str().unwrap();
    assert!(text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok(), "{text}");
}

#[tokio::test]
async fn a_waiting_task_shows_every_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = count(&client).await;
    let answer = client.get(&format!("/tasks/{id}")).await;
    assert_eq!(answer.status, 200);
    let mut body = answer.body;
    assert_is_utc(&body["created_at"].take());
    assert_is_utc(&body["not_before"].take());
    assert_eq!(
        body,
        json!({
            "task_id": id, "kind": "count_test_sets", "args": {}, "status": "PENDING", "result": null, "error": null,
            "attempt": 1, "retries": 0, "progress": null, "created_at": null, "not_before": null,
            "finished_at": null, "expires_at": null, "attempts": [], "group": null, "parent_id": null,
            "user_id": client.user_id, "schedule_id": null, "options": {}, "headers": {}, "started_at": null, "duration_ms": null,
        })
    );
}

#[tokio::test]
async fn a_success_shows_its_result_and_a_failure_its_error() {
    let api = Api::new().await;
    let client = api.client().await;
    let good = count(&client).await;
    let worker = api.system.worker(|_: CountTestSets, _| async { Ok(42) });
    api.system.drain("count_test_sets", &worker).await;
    let bad = count(&client).await;
    let worker = api.system.worker(|_: CountTestSets, _| async {
        Err::<i64, _>(Error::permanent("there is no counting today"))
    });
    api.system.drain("count_test_sets", &worker).await;

    let state = client.get(&format!("/tasks/{good}")).await.body;
    assert_eq!(
        (&state["status"], &state["result"], &state["error"]),
        (&json!("SUCCESS"), &json!(42), &Value::Null)
    );
    assert_is_utc(&state["finished_at"]);
    assert_eq!(state["not_before"], Value::Null);
    let state = client.get(&format!("/tasks/{bad}")).await.body;
    assert_eq!((&state["status"], &state["result"]), (&json!("FAILURE"), &Value::Null));
    assert_eq!(state["error"]["message"], "there is no counting today");
    assert!(state["error"]["type"].is_string());
    for id in [good, bad] {
        let state = client.get(&format!("/tasks/{id}")).await.body;
        assert_is_utc(&state["started_at"]);
        assert!(state["duration_ms"].as_i64().is_some_and(|ms| (0..60_000).contains(&ms)), "{state}");
    }
    for line in client.get("/tasks").await.body.as_array().unwrap() {
        assert!(line["started_at"].is_string() && line["duration_ms"].is_i64(), "{line}");
    }
}

#[tokio::test]
async fn a_failed_attempt_shows_retry_and_when_the_next_may_begin() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = count(&client).await;
    let worker = api.system.worker(|_: CountTestSets, _| async { Err::<i64, _>(Error::retry("busy")) });
    let wakes = api.system.messages.take("count_test_sets", 1);
    api.system.deliver(&worker, &wakes).await;
    let state = client.get(&format!("/tasks/{id}")).await.body;
    assert_eq!(
        (&state["status"], &state["attempt"], &state["retries"]),
        (&json!("RETRY"), &json!(2), &json!(1))
    );
    assert_is_utc(&state["not_before"]);
}

#[tokio::test]
async fn attempts_that_did_not_succeed_are_shown_with_their_error_and_where_their_log_is() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({ "max_retries": 1 })).await;
    let worker = api.system.worker(|_: CountTestSets, _| async { Err::<i64, _>(Error::retry("busy")) });
    for _ in 0..2 {
        let wakes = api.system.messages.take("count_test_sets", 1);
        api.system.pass(id, 3600.0).await;
        api.system.deliver(&worker, &wakes).await;
    }
    let state = client.state(id).await;
    assert_eq!((&state["status"], &state["attempt"]), (&json!("FAILURE"), &json!(2)));
    let attempts = state["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2, "{state}");
    for (attempt, number) in attempts.iter().zip(1..) {
        assert_eq!(attempt["attempt"], number);
        assert_eq!(attempt["outcome"], "retry");
        assert_eq!(attempt["error"]["message"], "busy");
        assert_eq!((&attempt["request_id"], &attempt["log_stream"]), (&json!("request"), &json!("stream")));
        assert_is_utc(&attempt["claimed_at"]);
        assert_is_utc(&attempt["ended_at"]);
    }
}

#[tokio::test]
async fn a_task_that_handed_itself_over_shows_the_progress_of_its_group() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 3).await;
    let id =
        client.post(&format!("/test-configurations/{configuration}/execute"), &json!({})).await.task_id();
    let worker = api.system.worker(|_: ExecuteTestConfiguration, _| async {
        let test = || ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::now_v7() };
        let collect = CollectResults { test_run_id: Uuid::nil() };
        Ok(End::HandOver(Group::new([test(), test(), test()], 10, &collect)))
    });
    api.system.drain("execute_test_configuration", &worker).await;
    let failing = api
        .system
        .worker(|_: ExecuteTest, _| async { Err::<catalog::TestVerdict, _>(Error::permanent("no")) });
    let wakes = api.system.messages.take("execute_test", 2);
    api.system.deliver(&failing, &wakes).await;

    let state = client.get(&format!("/tasks/{id}")).await.body;
    assert_eq!(state["status"], "STARTED");
    let group =
        client.get(&format!("/groups/{}", state["progress"]["group_id"].as_str().unwrap())).await.body;
    assert_eq!((&group["parent_id"], &group["done"]), (&json!(id), &json!(2)));
    assert_eq!((&state["progress"]["done"], &state["progress"]["total"]), (&json!(2), &json!(3)));
}

#[tokio::test]
async fn an_unknown_task_and_another_tenants_are_not_found_alike() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let id = count(&one).await;
    let foreign = two.get(&format!("/tasks/{id}?wait=1")).await;
    let unknown = two.get(&format!("/tasks/{}", Uuid::now_v7())).await;
    assert_eq!(foreign.problem(), (404, None));
    assert_eq!(foreign.body, unknown.body);
    assert_eq!(one.get(&format!("/tasks/{id}")).await.status, 200);
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    for id in ["count_test_sets", "7", "%00"] {
        assert_eq!(client.get(&format!("/tasks/{id}")).await.problem(), (422, Some("id")), "{id}");
    }
}
