use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::{Api, Client};

/// An AI endpoint on this machine that answers with what it was asked and how it was proved who asks.
async fn echo() -> String {
    serve(Router::new().fallback(async |headers: HeaderMap, body: String| {
        let key = headers.get("x-api-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        json!({ "text": body, "key": key }).to_string()
    }))
    .await
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The address of an endpoint that the client made.
async fn made(client: &Client, body: &Value) -> String {
    let answer = client.post("/endpoints", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.headers["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_trial_call_answers_with_the_mapped_answer_and_not_with_the_secret() {
    let api = Api::new().await;
    let client = api.client().await;
    let endpoint = json!({
        "name": "Echo", "url": echo().await, "response_mappings": { "output": "$.text", "key": "$.key" },
        "auth": { "type": "api_key", "auth_token": "s3cr3t-key" }
    });
    let address = made(&client, &endpoint).await;
    let answer = client.post(&format!("{address}/invoke"), &json!({ "input": "say \"hi\" {{ 1 }}" })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["output"], r#"{"input":"say \"hi\" {{ 1 }}"}"#);
    assert_eq!(answer.body["answer"]["key"], "***", "it was sent, and is not shown");
    assert!(answer.body["duration_ms"].is_u64());
    let results: i64 = sql::query_scalar("select count(*) from test_result")
        .fetch_one(api.system.database.owner())
        .await
        .unwrap();
    assert_eq!(results, 0);
}

#[tokio::test]
async fn a_trial_call_sends_what_its_user_marked_as_secret_and_does_not_show_it() {
    let api = Api::new().await;
    let client = api.client().await;
    let endpoint = json!({
        "name": "Echo", "url": echo().await, "response_mappings": { "output": "$.text", "key": "$.key" },
        "request_headers": { "X-Api-Key": "Key {{ secrets.mine }}" }, "secrets": { "mine": "s3cr3t-key" }
    });
    let address = made(&client, &endpoint).await;
    let answer = client.post(&format!("{address}/invoke"), &json!({ "input": "hi" })).await;
    assert_eq!(answer.body["answer"]["key"], "Key ***", "{answer:?}");
}

#[tokio::test]
async fn a_trial_call_that_fails_says_how_without_the_secret() {
    let api = Api::new().await;
    let client = api.client().await;
    let broken = Router::new().fallback(async |headers: HeaderMap| {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{:?}", headers["authorization"]))
    });
    let endpoint = json!({
        "name": "Broken", "url": serve(broken).await,
        "auth": { "type": "bearer_token", "auth_token": "s3cr3t-token" }
    });
    let address = made(&client, &endpoint).await;
    let answer = client.post(&format!("{address}/invoke"), &json!({ "input": "x" })).await;
    assert_eq!(answer.problem(), (502, None));
    assert_eq!(answer.body["detail"], "endpoint call failed: HTTP 500 Internal Server Error");
    assert_eq!(answer.body["call"]["status_code"], 500);
    assert_eq!(answer.body["call"]["response_content"], "\"Bearer ***\"");
    assert!(!answer.body.to_string().contains("s3cr3t"), "{answer:?}");
}

#[tokio::test]
async fn a_trial_call_without_an_input_or_of_nothing_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    let address = made(&client, &json!({ "name": "Echo", "url": echo().await })).await;
    for (body, field) in
        [(json!({}), "input"), (json!({ "input": 1 }), "input"), (json!({ "input": "x", "a": 1 }), "a")]
    {
        assert_eq!(client.post(&format!("{address}/invoke"), &body).await.problem(), (422, Some(field)));
    }
    let nobody = format!("/endpoints/{}/invoke", uuid::Uuid::now_v7());
    assert_eq!(client.post(&nobody, &json!({ "input": "x" })).await.problem(), (404, None));
}
