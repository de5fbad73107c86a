use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::world::{Api, Client};

const ADDRESS: &str = "/tasks/count_test_sets";
const LIMIT: usize = 256 * 1024;

async fn refused(client: &Client, body: impl Into<Body>) -> (u16, Option<String>, String) {
    let answer = client.post_text(ADDRESS, body).await;
    let (status, field) = answer.problem();
    (status, field.map(str::to_owned), answer.body["detail"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn malformed_json_is_answered_400_with_the_place() {
    let api = Api::new().await;
    let client = api.client().await;
    let (status, _, detail) = refused(&client, "{\n\"args\": nul}").await;
    assert_eq!(status, 400);
    assert!(detail.contains("line 2 column"), "{detail}");
    for body in [
        "{",
        "{}x",
        " ",
        "{'a': 1}",
        "{\"countdown\": 1e999}",
        "{\"countdown\": NaN}",
        r#"{"args": "\ud800"}"#,
    ] {
        assert_eq!(refused(&client, body).await.0, 400, "{body}");
    }
    let (status, _, detail) = refused(&client, &b"{\"args\": \"\xff\"}"[..]).await;
    assert_eq!(status, 400);
    assert!(detail.contains("byte 10"), "{detail}");
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn a_body_of_tiny_values_that_would_take_a_functions_memory_is_refused_before_it_is_parsed() {
    let api = Api::new().await;
    let client = api.client().await;
    let (object, list) = ("{\"\":0},".repeat(400_000), "[[0]],".repeat(600_000));
    for many in [object.trim_end_matches(','), list.trim_end_matches(',')] {
        for (address, body) in [
            ("/test_sets", format!("{{\"name\": \"x\", \"tests\": [{many}]}}")),
            ("/groups", format!("{{\"members\": [{many}]}}")),
            ("/tasks", format!("[{many}]")),
        ] {
            let answer = client.post_text(address, body).await;
            assert_eq!(answer.problem(), (413, None), "{address}");
            assert_eq!(answer.body["detail"], "The body holds too many values.");
        }
    }
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn a_key_that_is_there_twice_is_malformed_at_every_door() {
    let api = Api::new().await;
    let client = api.client().await;
    let twice = r#"{"countdown": 1, "countdown": 600}"#;
    let inside = r#"{"headers": {"a": "1", "a": "2"}}"#;
    for body in [twice, inside] {
        let (status, _, detail) = refused(&client, body).await;
        assert_eq!(status, 400, "{body}");
        assert!(detail.contains("is there twice"), "{detail}");
    }
    let listed = r#"[{"kind": "count_test_sets", "kind": "count_test_sets"}]"#;
    assert_eq!(client.post_text("/tasks", listed).await.status, 400);
    let grouped = r#"{"members": [], "members": []}"#;
    assert_eq!(client.post_text("/groups", grouped).await.status, 400);
    let named = r#"{"name": "a", "url": "https://a.example.com", "url": "https://b.example.com"}"#;
    assert_eq!(client.post_text("/endpoints", named).await.status, 400);
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn deep_nesting_and_huge_numbers_are_refused_and_not_stumbled_over() {
    let api = Api::new().await;
    let client = api.client().await;
    let deep = format!("{{\"args\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(refused(&client, deep).await.0, 400);
    let long = format!("{{\"countdown\": {}}}", "9".repeat(100_000));
    assert_eq!(refused(&client, long).await.0, 400);
    let large = refused(&client, "{\"countdown\": 123456789012345678901234567890}").await;
    assert_eq!((large.0, large.1.as_deref()), (422, Some("countdown")));
}

#[tokio::test]
async fn only_json_is_accepted() {
    let api = Api::new().await;
    let client = api.client().await;
    for (content_type, status) in [
        (Some("application/json"), 202),
        (Some("application/json; charset=utf-8"), 202),
        (Some("text/plain"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (None, 415),
    ] {
        let mut request = Request::post(ADDRESS);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = client.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, status, "{content_type:?}");
        if status == 415 {
            assert_eq!(answer.problem(), (415, None));
        }
    }
    assert_eq!(api.written().await, (2, 2, 0));
}

#[tokio::test]
async fn an_empty_body_needs_no_content_type() {
    let api = Api::new().await;
    let client = api.client().await;
    client.send(Request::post(ADDRESS).body(Body::empty()).unwrap()).await.task_id();
    let as_curl_says = Request::post(ADDRESS).header("content-type", "application/x-www-form-urlencoded");
    client.send(as_curl_says.body(Body::empty()).unwrap()).await.task_id();
}

#[tokio::test]
async fn a_body_may_hold_256_kib_and_not_a_byte_more() {
    let api = Api::new().await;
    let client = api.client().await;
    let padded = |length: usize| format!("{{{}}}", " ".repeat(length - 2));
    client.post_text(ADDRESS, padded(LIMIT)).await.task_id();
    assert_eq!(refused(&client, padded(LIMIT + 1)).await.0, 413);
    assert_eq!(api.written().await, (1, 1, 0));
}

#[tokio::test]
async fn what_is_no_object_or_has_an_unknown_field_is_refused_by_name() {
    let api = Api::new().await;
    let client = api.client().await;
    for body in [json!([]), json!("x"), json!(1), json!(null)] {
        assert_eq!(client.post(ADDRESS, &body).await.problem(), (422, Some("body")), "{body}");
    }
    let misspelt = client.post(ADDRESS, &json!({ "args": {}, "count_down": 10 })).await;
    assert_eq!(misspelt.problem(), (422, Some("count_down")));
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn the_character_that_postgres_cannot_store_is_refused_by_the_name_of_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    for (body, field) in [
        (json!({ "args": { "name": ["a\u{0}b"] } }), "args.name[0]"),
        (json!({ "countdown": "\u{0}" }), "countdown"),
        (json!({ "args": { "\u{0}": 1 } }), "args.\\u0000"),
    ] {
        assert_eq!(client.post(ADDRESS, &body).await.problem(), (422, Some(field)));
    }
    let execute = "/test-configurations/01976ad0-0000-7000-8000-000000000000/execute";
    assert_eq!(client.post(execute, &json!({ "note": "\u{0}" })).await.problem(), (422, Some("note")));
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_fraction_of_zero_at_every_door() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, set, endpoint) = api.configuration(&client, 1).await;
    let url = "https://ai.example.com/";
    for (path, body, name) in [
        ("/tasks/count_test_sets", json!({}), "max_retries"),
        ("/groups", json!({ "members": [{ "kind": "count_test_sets" }] }), "window"),
        ("/dead-letters/redrive", json!({ "kind": "count_test_sets" }), "limit"),
        ("/tokens", json!({ "name": "t" }), "expires_in_days"),
        ("/imports", json!({ "name": "i", "format": "csv" }), "parts"),
        ("/endpoints", json!({ "name": "e", "url": url }), "timeout_seconds"),
        ("/test_sets/bulk", json!({ "name": "s" }), "test_count"),
        ("/schedules", json!({ "name": "s", "kind": "count_test_sets" }), "every"),
    ] {
        for (number, good) in
            [(json!(20.0), true), (json!(20.5), false), (json!("20"), false), (json!(1e300), false)]
        {
            let mut body = body.clone();
            body[name] = number;
            let answer = client.post(path, &body).await;
            if good {
                assert!(answer.status.is_success(), "{path} {body}: {answer:?}");
            } else {
                assert_eq!(answer.problem(), (422, Some(name)), "{path} {body}");
            }
        }
    }
    let limit = client.put("/limits/k", &json!({ "max_running": 2.0 })).await;
    assert_eq!((limit.status.as_u16(), &limit.body["max_running"]), (200, &json!(2)));
    let attributes = json!({ "batch_concurrency": 3.0, "per_test_timeout": 20.0 });
    let body = json!({ "endpoint_id": endpoint, "test_set_id": set, "attributes": attributes });
    assert_eq!(client.post("/test_configurations", &body).await.status, 201);
    let changed = client
        .put(&format!("/test_configurations/{configuration}"), &json!({ "attributes": attributes }))
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let run = client.post(&format!("/test_configurations/{configuration}/execute"), &json!({})).await;
    assert_eq!(run.status, 200, "and what was stored so is read so: {run:?}");
}

#[tokio::test]
async fn as_many_tasks_as_a_kick_may_name_fit_into_its_body() {
    let api = Api::new().await;
    let client = api.client().await;
    let ids: Vec<uuid::Uuid> = (0..10_001).map(|_| uuid::Uuid::now_v7()).collect();
    let kicked = client.post("/kick", &json!({ "task_ids": ids[1..] })).await;
    assert_eq!((kicked.status.as_u16(), &kicked.body["kicked"]), (202, &json!(0)));
    assert_eq!(client.post("/kick", &json!({ "task_ids": ids })).await.problem(), (422, Some("task_ids")));
}
