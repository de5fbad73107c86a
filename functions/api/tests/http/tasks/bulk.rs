use std::time::Instant;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Answer, Api, Client};

fn task() -> Value {
    json!({ "kind": "count_test_sets" })
}

async fn lines(client: &Client, content_type: &str, text: String) -> Answer {
    client
        .send(Request::post("/tasks").header("content-type", content_type).body(Body::from(text)).unwrap())
        .await
}

#[tokio::test]
async fn a_list_is_started_in_its_order_and_kicked() {
    let api = Api::new().await;
    let client = api.client().await;
    let configuration = Uuid::now_v7();
    let list = json!([
        { "kind": "count_test_sets", "countdown": 5 },
        { "kind": "execute_test_configuration", "args": { "test_configuration_id": configuration } },
        { "kind": "count_test_sets", "priority": "low" },
    ]);
    let answer = client.post("/tasks", &list).await;
    assert_eq!(answer.status, 202);
    let ids = answer.ids("task_ids");
    assert_eq!(ids.len(), 3);
    for (id, kind) in ids.iter().zip(["count_test_sets", "execute_test_configuration", "count_test_sets"]) {
        assert_eq!(client.state(*id).await["kind"], kind);
    }
    assert_eq!(client.state(ids[2]).await["options"]["priority"], "low");
    let mut woken: Vec<Uuid> = api.system.messages.take_all().iter().map(|wake| wake.task_id).collect();
    woken.sort();
    let mut expected = ids.clone();
    expected.sort();
    assert_eq!(woken, expected);
}

#[tokio::test]
async fn json_lines_are_a_list_too_and_empty_lines_are_none_of_it() {
    let api = Api::new().await;
    let client = api.client().await;
    let text = format!("{}\n\n{}\r\n", task(), task());
    for content_type in ["application/x-ndjson", "application/jsonl; charset=utf-8"] {
        assert_eq!(lines(&client, content_type, text.clone()).await.ids("task_ids").len(), 2);
    }
    let broken = lines(&client, "application/x-ndjson", format!("{}\n\n{{\"kind\"", task())).await;
    assert_eq!(broken.problem().0, 400);
    assert!(broken.body["detail"].as_str().unwrap().contains("Line 3"), "{broken:?}");
    assert_eq!(lines(&client, "text/plain", text).await.problem().0, 415);
    assert_eq!(api.written().await, (4, 4, 0));
}

#[tokio::test]
async fn ten_thousand_tasks_are_started_by_one_call() {
    let api = Api::new().await;
    let client = api.client().await;
    let list = Value::Array(vec![task(); 10_000]);
    let began = Instant::now();
    let answer = client.post("/tasks", &list).await;
    let took = began.elapsed();
    assert_eq!(answer.ids("task_ids").len(), 10_000);
    assert_eq!(api.written().await, (10_000, 10_000, 0));
    println!("10,000 tasks in one call: {took:?}");
    assert!(took.as_secs() < 15, "{took:?}");

    let more = Value::Array(vec![task(); 10_001]);
    assert_eq!(client.post("/tasks", &more).await.problem(), (422, Some("tasks")));
    assert_eq!(api.written().await, (10_000, 10_000, 0));
}

#[tokio::test]
async fn one_bad_task_refuses_the_whole_list_by_its_place_and_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let eta = chrono::Utc::now() - chrono::TimeDelta::hours(1);
    for (bad, field) in [
        (json!({ "kind": "count_test_sets", "eta": eta }), "tasks[17].eta"),
        (json!({ "kind": "count_test_sets", "max_retries": 1001 }), "tasks[17].max_retries"),
        (json!({ "kind": "count_test_sets", "args": { "x": 1 } }), "tasks[17].args.x"),
        (json!({ "kind": "no_such_kind" }), "tasks[17].kind"),
        (json!({ "kind": 7 }), "tasks[17].kind"),
        (json!({}), "tasks[17].kind"),
        (json!([]), "tasks[17]"),
        (json!(null), "tasks[17]"),
        (json!({ "kind": "count_test_sets", "limit_key": "\u{0}" }), "tasks[17].limit_key"),
        (json!({ "kind": "count_test_sets", "parent_id": Uuid::now_v7() }), "tasks[17].parent_id"),
    ] {
        let mut list = vec![task(); 30];
        list[17] = bad.clone();
        let answer = client.post("/tasks", &json!(list)).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{bad}");
        assert_eq!(answer.body["index"], 17, "{bad}");
        let text: String = list.iter().map(|task| format!("{task}\n")).collect();
        let answer = lines(&client, "application/x-ndjson", text).await;
        assert_eq!((answer.problem(), &answer.body["index"]), ((422, Some(field)), &json!(17)), "{bad}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
    assert!(api.system.messages.take_all().is_empty());
}

#[tokio::test]
async fn keys_within_a_list_hold_and_a_key_of_another_request_is_refused_by_its_place() {
    let api = Api::new().await;
    let client = api.client().await;
    let keyed = |key: &str| json!({ "kind": "count_test_sets", "idempotency_key": key });
    let first = client.post("/tasks", &json!([keyed("b"), keyed("a"), keyed("b")])).await.ids("task_ids");
    assert_eq!(first[0], first[2]);
    let again = client.post("/tasks", &json!([keyed("a"), keyed("c"), keyed("b")])).await.ids("task_ids");
    assert_eq!((again[0], again[2]), (first[1], first[0]));
    assert_eq!(api.written().await, (3, 3, 0));

    let other = json!({ "kind": "count_test_sets", "idempotency_key": "a", "countdown": 5 });
    let answer = client.post("/tasks", &json!([keyed("d"), other])).await;
    assert_eq!(answer.problem(), (422, Some("tasks[1].idempotency_key")));
    assert_eq!(api.written().await, (3, 3, 0));
}

#[tokio::test]
async fn what_is_no_list_or_an_empty_one_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    assert_eq!(client.post("/tasks", &task()).await.problem(), (422, Some("body")));
    assert_eq!(client.post("/tasks", &json!([])).await.problem(), (422, Some("tasks")));
    assert_eq!(client.post_text("/tasks", "[{").await.problem(), (400, None));
    assert_eq!(lines(&client, "application/x-ndjson", "\n".into()).await.problem(), (422, Some("tasks")));
}

#[tokio::test]
async fn a_list_may_hold_4_mib_and_not_a_byte_more() {
    let api = Api::new().await;
    let client = api.client().await;
    let padded = |length: usize| format!("[{}{}]", task(), " ".repeat(length - task().to_string().len() - 2));
    let limit = 4 * 1024 * 1024;
    assert_eq!(client.post_text("/tasks", padded(limit)).await.status, 202);
    assert_eq!(client.post_text("/tasks", padded(limit + 1)).await.problem(), (413, None));
    assert_eq!(api.written().await, (1, 1, 0));
}
