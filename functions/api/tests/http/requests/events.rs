use api::legible;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::request::LambdaRequest;
use lambda_http::{Context, LambdaEvent};
use serde_json::{Value, json};

use crate::world::{Api, send};

/// What the function makes of an event of the gateway (HTTP API, payload 2.0) before it routes it.
fn request(
    token: &str,
    method: &str,
    path: &str,
    query: &str,
    body: Option<&[u8]>,
) -> Request<lambda_http::Body> {
    let event: Value = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "host": "x.execute-api.us-east-1.amazonaws.com",
            "content-type": "application/json",
            "authorization": format!("Bearer {token}"),
        },
        "requestContext": {
            "accountId": "1", "apiId": "x", "stage": "$default", "requestId": "r", "routeKey": "$default",
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test",
            },
            "time": "12/Mar/2026:19:03:58 +0000", "timeEpoch": 1_773_342_238_000_u64,
        },
        "body": body.map(|body| STANDARD.encode(body)),
        "isBase64Encoded": body.is_some(),
    });
    let payload: LambdaRequest = serde_json::from_value(event).unwrap();
    legible(LambdaEvent::new(payload, Context::default())).payload.into()
}

#[tokio::test]
async fn an_event_finds_its_route_its_query_and_its_encoded_body() {
    let api = Api::new().await;
    let token = api.client().await.token;
    let countdown = Some(&br#"{"countdown": 5}"#[..]);
    let started = send(&api.router, request(&token, "POST", "/tasks/count_test_sets", "", countdown)).await;
    let id = started.task_id();
    assert_eq!(api.system.messages.take_all()[0].delay_seconds(), 5);
    let shown = send(&api.router, request(&token, "GET", &format!("/tasks/{id}"), "wait=0.1", None)).await;
    assert_eq!(shown.body["status"], "PENDING");
}

#[tokio::test]
async fn no_character_of_an_address_is_stumbled_over() {
    let api = Api::new().await;
    let token = api.client().await.token;
    for character in (0..=255).filter_map(char::from_u32) {
        let path = format!("/tasks/a{character}b");
        let answer = send(&api.router, request(&token, "GET", &path, "", None)).await;
        // A slash, or what a browser takes for one, makes it another address.
        assert!([404, 422].contains(&answer.problem().0), "{character:?} {answer:?}");
        let query = format!("wait={character}");
        let answer = send(&api.router, request(&token, "GET", "/tasks/x", &query, None)).await;
        assert_eq!(answer.problem(), (422, Some("id")), "{character:?} {answer:?}");
    }
}
