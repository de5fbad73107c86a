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
