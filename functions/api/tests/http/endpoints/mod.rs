//! Endpoints: made, shown, listed, replaced, deleted and refused.

mod named_secrets;
mod secrets;

use serde_json::{Value, json};

use crate::world::Api;

fn minimal() -> Value {
    json!({ "name": "Bot", "url": "https://ai.example.com/chat" })
}

fn with(field: &str, value: Value) -> Value {
    let mut body = minimal();
    body[field] = value;
    body
}

#[tokio::test]
async fn an_endpoint_is_made_shown_replaced_and_deleted() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/endpoints", &minimal()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let address = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(made.body["request_body_template"], json!({ "input": "{{ input }}" }));
    assert_eq!(
        (&made.body["protocol"], &made.body["timeout_seconds"], &made.body["auth"]),
        (&json!("REST"), &json!(30), &json!({ "type": "none" }))
    );
    assert_eq!(client.get(&address).await.body, made.body);
    let other = json!({
        "name": "Socket", "protocol": "WebSocket", "url": "wss://ai.example.com", "endpoint_path": "/ws",
        "request_headers": { "X-Team": "a" }, "query_params": { "v": 2 }, "timeout_seconds": 5,
        "request_body_template": { "q": "{{ input }}" }, "response_mappings": { "output": "$.a", "done": "$.d" }
    });
    let replaced = client.put(&address, &other).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    for (field, value) in other.as_object().unwrap() {
        assert_eq!(&replaced.body[field], value, "{field}");
    }
    assert_eq!(client.delete(&address).await.status, 204);
    for gone in
        [client.get(&address).await, client.delete(&address).await, client.put(&address, &other).await]
    {
        assert_eq!(gone.problem(), (404, None));
    }
    assert_eq!(client.get("/endpoints").await.body, json!([]));
}

#[tokio::test]
async fn endpoints_are_listed_newest_first_in_pages() {
    let api = Api::new().await;
    let client = api.client().await;
    for name in ["a", "b", "c"] {
        assert_eq!(client.post("/endpoints", &with("name", json!(name))).await.status, 201);
    }
    let names = |page: &Value| -> Vec<String> {
        let names = page.as_array().unwrap().iter();
        names.map(|endpoint| endpoint["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = client.get("/endpoints?limit=2").await;
    assert_eq!(names(&first.body), ["c", "b"]);
    let last = client.get(&first.next("/endpoints").unwrap()).await;
    assert_eq!((names(&last.body), last.next("")), (vec!["a".to_owned()], None));
    assert_eq!(client.get("/endpoints?cursor=x").await.problem(), (422, Some("cursor")));
    assert_eq!(client.get("/endpoints?nmae=x").await.problem(), (422, Some("nmae")));
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_called_is_refused_by_the_name_of_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let auth = |auth: Value| with("auth", auth);
    let oauth = |field: &str, value: Value| {
        let mut auth = json!({ "type": "client_credentials", "token_url": "https://id.example.com/token",
            "client_id": "a", "client_secret": "s3cr3t-value" });
        auth[field] = value;
        with("auth", auth)
    };
    for (body, field) in [
        (json!({ "url": "https://ai.example.com" }), "name"),
        (json!({ "name": "x" }), "url"),
        (with("name", json!("  ")), "name"),
        (with("url", json!("ai.example.com")), "url"),
        (with("url", json!("http://ai.example.com")), "url"),
        (with("url", json!("https://10.0.0.1/")), "url"),
        (with("url", json!("https://169.254.169.254/")), "url"),
        (with("url", json!("https://u:s3cr3t@ai.example.com/")), "url"),
        (with("url", json!("https://ai.example.com/?api_key=s3cr3t")), "url"),
        (with("url", json!("wss://ai.example.com/")), "url"),
        (with("protocol", json!("GRPC")), "protocol"),
        (with("method", json!("TRACE")), "method"),
        (with("endpoint_path", json!(1)), "endpoint_path"),
        (with("request_headers", json!([])), "request_headers"),
        (with("request_headers", json!({ "a b": "x" })), "request_headers.a b"),
        (with("request_headers", json!({ "Host": "x" })), "request_headers.Host"),
        (with("request_headers", json!({ "Accept": "a", "accept": "b" })), "request_headers.accept"),
        (with("request_headers", json!({ "X-Api-Key": "s3cr3t" })), "request_headers.X-Api-Key"),
        (with("request_headers", json!({ "PRIVATE-TOKEN": "s3cr3t" })), "request_headers.PRIVATE-TOKEN"),
        (with("request_headers", json!({ "X-Functions-Key": "s3cr3t" })), "request_headers.X-Functions-Key"),
        (
            with("request_headers", json!({ "X-Amz-Security-Token": "s3cr3t" })),
            "request_headers.X-Amz-Security-Token",
        ),
        (with("request_headers", json!({ "X-Odd": "sk-s3cr3t4f9aB2c7D1e8F6" })), "request_headers.X-Odd"),
        (with("request_headers", json!({ "X-Odd": "{{ auth_token }}" })), "request_headers.X-Odd"),
        (with("request_headers", json!({ "X-Odd": "{{ input }}" })), "request_headers.X-Odd"),
        (with("query_params", json!({ "token": "s3cr3t" })), "query_params.token"),
        (with("query_params", json!({ "code": "s3cr3t" })), "query_params.code"),
        (with("url", json!("https://ai.example.com/?sig=s3cr3t")), "url"),
        (with("url", json!("https://ai.example.com/?pwd=s3cr3t")), "url"),
        (with("query_params", json!({ "q": "{{ input" })), "query_params.q"),
        (with("request_body_template", json!({ "a": ["{% if %}"] })), "request_body_template.a[0]"),
        (with("request_body_template", json!({ "a": "b" })), "request_body_template"),
        (with("endpoint_path", json!("/chat/{{ input }}")), "endpoint_path"),
        (with("endpoint_path", json!("/chat?sig=s3cr3t")), "endpoint_path"),
        (with("endpoint_path", json!("/chat#top")), "endpoint_path"),
        (with("url", json!("https://ai.example.com/?q={{ input }}")), "url"),
        (with("query_params", json!({ "q{{ input }}": "x" })), "query_params.q{{ input }}"),
        (with("query_params", json!({ "q": "{{ auth_token[:7] }}" })), "query_params.q"),
        (with("query_params", json!({ "q": "{{ input ~ auth_token }}" })), "query_params.q"),
        (
            with("request_body_template", json!({ "a": "{{ auth_token }}", "q": "{{ input }}" })),
            "request_body_template.a",
        ),
        (
            with("request_body_template", json!("{\"a\": \"{{ secrets.x|upper }}\", \"q\": {{ input }}}")),
            "request_body_template",
        ),
        (
            with("request_body_template", json!({ "{{ input }}": "{{ input }}" })),
            "request_body_template.{{ input }}",
        ),
        (with("request_body_template", json!("{\"q\": {{ input }},}")), "request_body_template"),
        (with("request_body_template", json!("{\"{{ input }}\": 1,}")), "request_body_template"),
        (oauth("extra_payload", json!({ "a": "{{ auth_token[:7] }}" })), "auth.extra_payload.a"),
        (oauth("audience", json!("{{ input }}")), "auth.audience"),
        (
            auth(json!({ "type": "api_key", "auth_token": "s3cr3t-value", "prefix": "{{ auth_token }}" })),
            "auth.prefix",
        ),
        (with("response_mappings", json!({ "output": "$.a[" })), "response_mappings.output"),
        (with("response_mappings", json!({ "context": "$.a" })), "response_mappings.output"),
        (with("timeout_seconds", json!(0)), "timeout_seconds"),
        (with("timeout_seconds", json!(61)), "timeout_seconds"),
        (with("timeout_seconds", json!("5")), "timeout_seconds"),
        (with("nmae", json!("x")), "nmae"),
        (auth(json!("s3cr3t")), "auth"),
        (auth(json!({ "type": "basic" })), "auth.type"),
        (auth(json!({ "type": "bearer_token" })), "auth.auth_token"),
        (auth(json!({ "type": "bearer_token", "auth_token": "s3cr3t\n" })), "auth.auth_token"),
        (auth(json!({ "type": "bearer_token", "auth_token": "***" })), "auth.auth_token"),
        (auth(json!({ "type": "bearer_token", "auth_token": "s3cr3t-value", "header": "x" })), "auth.header"),
        (auth(json!({ "type": "bearer_token", "auth_token": "s3cr3t" })), "auth.auth_token"),
        (auth(json!({ "type": "bearer_token", "auth_token": "s3-cr-3t/++" })), "auth.auth_token"),
        (auth(json!({ "type": "api_key", "auth_token": "s3cr3t-value", "header": "a b" })), "auth.header"),
        (
            auth(json!({ "type": "api_key", "auth_token": "s3cr3t-value", "header": "a", "query": "b" })),
            "auth.query",
        ),
        (oauth("token_url", json!("https://10.1/token")), "auth.token_url"),
        (oauth("token_url", json!(null)), "auth.token_url"),
        (oauth("client_id", json!(" ")), "auth.client_id"),
        (oauth("token_endpoint_auth_method", json!("basic")), "auth.token_endpoint_auth_method"),
        (oauth("client_secret", json!("")), "auth.client_secret"),
        (oauth("scopes", json!("a b")), "auth.scopes"),
        (oauth("scopes", json!(["a b"])), "auth.scopes"),
        (oauth("extra_payload", json!({ "password": "s3cr3t" })), "auth.extra_payload.password"),
        (oauth("extra_payload", json!({ "grant_type": "x" })), "auth.extra_payload.grant_type"),
    ] {
        let answer = client.post("/endpoints", &body).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{body} {answer:?}");
        assert!(!answer.body.to_string().contains("s3cr3t"), "{answer:?}");
    }
    assert_eq!(client.get("/endpoints").await.body, json!([]));
}

#[tokio::test]
async fn endpoints_of_another_tenant_are_not_there() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let made = one.post("/endpoints", &minimal()).await;
    let address = made.headers["location"].to_str().unwrap().to_owned();
    for answer in [
        two.get(&address).await,
        two.put(&address, &minimal()).await,
        two.delete(&address).await,
        two.post(&format!("{address}/invoke"), &json!({ "input": "x" })).await,
    ] {
        assert_eq!(answer.problem(), (404, None));
    }
    assert_eq!(two.get("/endpoints").await.body, json!([]));
    assert_eq!(one.get(&address).await.body, made.body);
}

#[tokio::test]
async fn a_configuration_of_a_deleted_endpoint_is_neither_executed_nor_made() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, test_set, endpoint) = api.configuration(&client, 1).await;
    assert_eq!(client.delete(&format!("/endpoints/{endpoint}")).await.status, 204);
    let before = api.written().await;
    let answer = client.post(&format!("/test-configurations/{configuration}/execute"), &json!({})).await;
    assert_eq!(answer.problem(), (422, Some("endpoint_id")));
    assert!(answer.body["detail"].as_str().unwrap().ends_with("was deleted"), "{answer:?}");
    assert_eq!(api.written().await, before);
    let another = json!({ "endpoint_id": endpoint, "test_set_id": test_set });
    assert_eq!(client.post("/test-configurations", &another).await.problem(), (422, Some("endpoint_id")));
}
