//! What proves to an endpoint who asks.

use rhesis::endpoints::Allow;
use serde_json::{Value, json};

use super::{minimal, with};
use crate::world::{Api, caller, send};

#[tokio::test]
async fn secrets_are_encrypted_and_never_shown_and_stay_when_they_are_not_said() {
    let api = Api::new().await;
    let client = api.client().await;
    for (auth, secret) in [
        (json!({ "type": "bearer_token", "auth_token": "s3cr3t-token" }), "auth_token"),
        (json!({ "type": "api_key", "auth_token": "s3cr3t-token", "header": "x-key" }), "auth_token"),
        (
            json!({ "type": "client_credentials", "token_url": "https://id.example.com/token", "client_id": "me",
                "client_secret": "s3cr3t-token", "scopes": ["a"], "audience": "b", "extra_payload": { "c": "d" } }),
            "client_secret",
        ),
    ] {
        let made = client.post("/endpoints", &with("auth", auth.clone())).await;
        let mut hidden = auth.clone();
        hidden[secret] = json!("***");
        assert_eq!((made.status.as_u16(), &made.body["auth"]), (201, &hidden), "{made:?}");
        let address = made.headers["location"].to_str().unwrap().to_owned();
        assert_eq!(client.get(&address).await.body["auth"], hidden);
        assert!(!client.get("/endpoints").await.body.to_string().contains("s3cr3t"));
        let stored = || sql::query_scalar::<Value>("select auth from endpoint order by id desc limit 1");
        let before = stored().fetch_one(api.system.database.owner()).await.unwrap();
        assert!(before[secret].as_str().unwrap().starts_with("gAAAA"), "{before}");
        let renamed = json!({ "name": "New", "url": "https://ai.example.com/", "auth": hidden });
        assert_eq!(client.put(&address, &renamed).await.status, 200);
        let after = stored().fetch_one(api.system.database.owner()).await.unwrap();
        assert_eq!(before, after, "the secret stays");
        client.delete(&address).await;
        let left = stored().fetch_one(api.system.database.owner()).await.unwrap();
        assert_eq!(left, json!({ "type": "none" }), "a deleted endpoint's secrets are gone");
    }
}

#[tokio::test]
async fn without_a_key_a_secret_is_refused_and_everything_else_works() {
    let api = Api::new().await;
    let client = api.client().await;
    let endpoints =
        rhesis::endpoints::Client::builder().allow(Allow::default()).build().expect("no key is no error");
    assert_ne!(format!("{:?}", endpoints.keys()), format!("{:?}", caller().keys()));
    let app = api::App {
        store: api.system.api.clone(),
        queue: api.system.queue(),
        identity: Default::default(),
        endpoints,
        long_calls: api::bounds(12),
    };
    let router = api::router(app);
    let post = async |body: Value| {
        let request = axum::http::Request::post("/endpoints")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", client.token))
            .body(body.to_string())
            .unwrap();
        send(&router, request).await
    };
    let refused = post(with("auth", json!({ "type": "bearer_token", "auth_token": "s3cr3t-value" }))).await;
    assert_eq!(refused.problem(), (422, Some("auth.auth_token")));
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("DB_ENCRYPTION_KEY is not set") && !detail.contains("s3cr3t"), "{detail}");
    assert_eq!(post(minimal()).await.status, 201);
}

#[tokio::test]
async fn a_header_takes_the_whole_secret_and_no_part_of_it() {
    let api = Api::new().await;
    let client = api.client().await;
    let saying = |said: &str| {
        let mut body = with("auth", json!({ "type": "bearer_token", "auth_token": "s3cr3t-token" }));
        body["request_headers"] = json!({ "X-Mine": said });
        body
    };
    for said in ["{{ auth_token }}", "Token {{auth_token}}"] {
        assert_eq!(client.post("/endpoints", &saying(said)).await.status, 201, "{said}");
    }
    for said in [
        "{{ auth_token[:7] }}",
        "{{ auth_token|reverse }}",
        "{{ auth_token | upper }}",
        "{{- auth_token }}",
        "{% for c in auth_token %}{{ c }},{% endfor %}",
        "{{ auth_token ~ 'x' }}",
    ] {
        let answer = client.post("/endpoints", &saying(said)).await;
        assert_eq!(answer.problem(), (422, Some("request_headers.X-Mine")), "{said}");
    }
}

#[tokio::test]
async fn a_secret_that_stays_goes_nowhere_else() {
    let api = Api::new().await;
    let client = api.client().await;
    let bearer = json!({ "type": "bearer_token", "auth_token": "s3cr3t-token" });
    let key = json!({ "type": "api_key", "auth_token": "s3cr3t-token", "header": "X-Mine" });
    let oauth = json!({ "type": "client_credentials", "token_url": "https://id.example.com/token", "client_id": "me",
        "client_secret": "s3cr3t-token" });
    let mut of_secret = json!({});
    for (auth, field, changes) in [
        (
            &bearer,
            "auth_token",
            vec![
                json!({ "url": "https://evil.example.com/chat" }),
                json!({ "url": "https://ai.example.com:8443/chat" }),
                json!({ "url": "wss://ai.example.com/chat", "protocol": "WebSocket" }),
                json!({ "auth": { "type": "api_key", "auth_token": "***", "header": "X-Shown" } }),
                json!({ "request_headers": { "X-Shown": "{{ auth_token }}" } }),
            ],
        ),
        (
            &key,
            "auth_token",
            vec![
                json!({ "url": "https://ai.example.com.evil.example.net/chat" }),
                json!({ "auth": { "type": "api_key", "auth_token": "***", "header": "X-Shown" } }),
                json!({ "auth": { "type": "api_key", "auth_token": "***", "query": "shown" } }),
                json!({ "auth": { "type": "bearer_token", "auth_token": "***" } }),
            ],
        ),
        (
            &oauth,
            "client_secret",
            vec![
                json!({ "url": "https://evil.example.com/chat" }),
                json!({ "auth": { "type": "client_credentials", "token_url": "https://evil.example.com/token",
                "client_id": "me", "client_secret": "***" } }),
                json!({ "auth": { "type": "client_credentials", "token_url": "https://id.example.com/token",
                "client_id": "me", "client_secret": "***", "token_endpoint_auth_method": "client_secret_basic" } }),
            ],
        ),
    ] {
        let made = client.post("/endpoints", &with("auth", auth.clone())).await;
        let address = made.headers["location"].to_str().unwrap().to_owned();
        let mut kept = with("auth", auth.clone());
        kept["auth"][field] = json!("***");
        for change in changes {
            let mut body = kept.clone();
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let answer = client.put(&address, &body).await;
            assert_eq!(answer.problem(), (422, Some(format!("auth.{field}").as_str())), "{body}");
            let changed = change.as_object().unwrap().keys().next().unwrap().clone();
            of_secret[&changed] = answer.body["detail"].clone();
            body["auth"][field] = json!("another-s3cr3t");
            if !body["url"].as_str().unwrap().contains(":8443") {
                assert_eq!(client.put(&address, &body).await.status, 200, "it may be said anew: {body}");
                let back = with("auth", auth.clone());
                assert_eq!(client.put(&address, &back).await.status, 200);
            }
        }
        let mut same = kept.clone();
        same["url"] = json!("https://AI.example.com:443/v2/chat?v=2");
        same["endpoint_path"] = json!("more");
        assert_eq!(client.put(&address, &same).await.status, 200, "another path is the same host");
    }
    assert!(of_secret["url"].as_str().unwrap().contains("by url"), "{of_secret}");
}
