//! What a user marks as secret of an endpoint.

use serde_json::{Value, json};

use super::{minimal, with};
use crate::world::Api;

/// An endpoint with two secrets of its user, in a header and a query parameter.
fn with_secrets() -> Value {
    let mut body = with("secrets", json!({ "team_key": "s3cr3t-team", "sig": "s3cr3t-signature" }));
    body["request_headers"] =
        json!({ "X-Api-Key": "{{ secrets.team_key }}", "X-Team": "Team {{ secrets.team_key }}" });
    body["query_params"] = json!({ "sig": "{{ secrets.sig }}", "lang": "de" });
    body["auth"] = json!({ "type": "bearer_token", "auth_token": "s3cr3t-token" });
    body
}

#[tokio::test]
async fn what_a_user_marks_as_secret_is_encrypted_and_never_shown_and_stays_when_it_is_not_said() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/endpoints", &with_secrets()).await;
    let hidden = json!({ "team_key": "***", "sig": "***" });
    assert_eq!((made.status.as_u16(), &made.body["secrets"]), (201, &hidden), "{made:?}");
    let address = made.headers["location"].to_str().unwrap().to_owned();
    assert!(!client.get("/endpoints").await.body.to_string().contains("s3cr3t"));
    let stored = || sql::query_scalar::<Value>("select secrets from endpoint");
    let before = stored().fetch_one(api.system.database.owner()).await.unwrap();
    for secret in ["team_key", "sig"] {
        assert!(before[secret].as_str().unwrap().starts_with("gAAAA"), "{before}");
    }
    let mut shown = client.get(&address).await.body;
    for field in ["id", "created_at", "updated_at"] {
        shown.as_object_mut().unwrap().remove(field);
    }
    shown["endpoint_path"] = json!("v2?more=1");
    let put = client.put(&address, &shown).await;
    assert_eq!(put.status, 200, "what is shown can be sent back: {put:?}");
    assert_eq!(stored().fetch_one(api.system.database.owner()).await.unwrap(), before);
    let plain = client.put(&address, &minimal()).await;
    assert_eq!((plain.status.as_u16(), &plain.body["secrets"]), (200, &json!({})), "a PUT replaces all");
    assert_eq!(client.put(&address, &with_secrets()).await.status, 200);
    assert_eq!(client.delete(&address).await.status, 204);
    assert_eq!(stored().fetch_one(api.system.database.owner()).await.unwrap(), json!({}), "they are erased");
}

#[tokio::test]
async fn a_secret_that_is_misplaced_unknown_or_unused_is_refused_by_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let many: serde_json::Map<_, _> = (0..17).map(|n| (format!("s{n}"), json!("s3cr3t-value"))).collect();
    for (change, field) in [
        (json!({ "secrets": [] }), "secrets"),
        (json!({ "secrets": many }), "secrets"),
        (json!({ "secrets": { "a b": "s3cr3t-value" } }), "secrets.a b"),
        (json!({ "secrets": { "1st": "s3cr3t-value" } }), "secrets.1st"),
        (json!({ "secrets": { "team_key": 1 } }), "secrets.team_key"),
        (json!({ "secrets": { "team_key": "s3cr3t" } }), "secrets.team_key"),
        (json!({ "secrets": { "team_key": "s3cr3t-value\nx" } }), "secrets.team_key"),
        (json!({ "secrets": { "team_key": "***" } }), "secrets.team_key"),
        (json!({ "query_params": {} }), "secrets.sig"),
        (json!({ "query_params": { "sig": "x{{ secrets.sig }}" } }), "query_params.sig"),
        (json!({ "query_params": { "sig": "{{ secrets.sig[:4] }}" } }), "query_params.sig"),
        (json!({ "query_params": { "sig": "{{ secrets.sig | upper }}" } }), "query_params.sig"),
        (json!({ "query_params": { "sig": "{{ secrets.nope }}" } }), "query_params.sig"),
        (json!({ "request_headers": { "X-Team": "{{ secrets.nope }}" } }), "request_headers.X-Team"),
        (
            json!({ "request_headers": { "X-Team": "{{ secrets.team_key|reverse }}" } }),
            "request_headers.X-Team",
        ),
        (
            json!({ "request_headers": { "X-Team": "sk-s3cr3t4f9aB2c7D1e8F6 {{ secrets.team_key }}" } }),
            "request_headers.X-Team",
        ),
        (
            json!({ "request_body_template": { "a": "{{ secrets.sig }}{{ input }}" } }),
            "request_body_template.a",
        ),
        (json!({ "endpoint_path": "/{{ secrets.sig }}" }), "endpoint_path"),
    ] {
        let mut body = with_secrets();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = client.post("/endpoints", &body).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{change} {answer:?}");
        assert!(!answer.body.to_string().contains("s3cr3t"), "{answer:?}");
    }
    assert_eq!(client.get("/endpoints").await.body, json!([]));
}

#[tokio::test]
async fn a_secret_of_its_user_that_stays_goes_nowhere_else() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/endpoints", &with_secrets()).await;
    let address = made.headers["location"].to_str().unwrap().to_owned();
    let headers = |name: &str| json!({ name: "{{ secrets.team_key }}", "X-Team": "{{ secrets.team_key }}" });
    for (change, secret) in [
        (json!({ "url": "https://evil.example.com/chat" }), "sig"),
        (json!({ "url": "https://ai.example.com:8443/chat" }), "sig"),
        (json!({ "url": "wss://ai.example.com/chat", "protocol": "WebSocket" }), "sig"),
        (json!({ "request_headers": headers("X-Shown") }), "team_key"),
        (json!({ "request_headers": { "X-Team": "{{ secrets.team_key }}" } }), "team_key"),
        (json!({ "query_params": { "shown": "{{ secrets.sig }}" } }), "sig"),
        (json!({ "query_params": { "sig": "{{ secrets.sig }}", "too": "{{ secrets.sig }}" } }), "sig"),
        (
            json!({ "query_params": { "sig": "{{ secrets.sig }}", "key": "{{ secrets.team_key }}" } }),
            "team_key",
        ),
        (
            json!({ "query_params": { "sig": "{{ secrets.team_key }}" }, "secrets": { "team_key": "***" } }),
            "team_key",
        ),
    ] {
        let mut body = with_secrets();
        body["secrets"] = json!({ "team_key": "***", "sig": "***" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = client.put(&address, &body).await;
        let field = format!("secrets.{secret}");
        assert_eq!(answer.problem(), (422, Some(field.as_str())), "{change} {answer:?}");
    }
    let mut renamed = with_secrets();
    renamed["secrets"] = json!({ "other": "***", "sig": "***" });
    assert_eq!(client.put(&address, &renamed).await.problem(), (422, Some("secrets.other")));
    let mut same = with_secrets();
    same["secrets"] = json!({ "team_key": "***", "sig": "***" });
    same["request_headers"] =
        json!({ "x-api-key": "{{secrets.team_key}}", "X-TEAM": "{{ secrets.team_key }}" });
    same["url"] = json!("https://AI.example.com:443/v2");
    let answer = client.put(&address, &same).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
