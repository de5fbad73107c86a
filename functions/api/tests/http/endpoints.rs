use rhesis::endpoints::Allow;
use serde_json::{Value, json};

use crate::world::{Api, caller, send};

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
