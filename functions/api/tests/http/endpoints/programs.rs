use rhesis::programs::apart;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::world::{Answer, Api};

/// The body with this at the field's path, as `parameters.pattern`.
fn with(mut body: Value, path: &str, value: Value) -> Value {
    let at = path.split('.').fold(&mut body, |at, step| &mut at[step]);
    *at = value;
    body
}

fn endpoint(path: &str, value: Value) -> Value {
    with(json!({"name": "Bot", "url": "https://ai.example.com/chat"}), path, value)
}

fn metric(class: &str, path: &str, value: Value) -> Value {
    with(json!({"name": "m", "class_name": class, "parameters": {}}), path, value)
}

fn assert_refused(answer: &Answer, field: &str, limit: &str) {
    assert_eq!(answer.problem(), (422, Some(field)), "{limit}: {answer:?}");
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains(limit), "{detail}");
}

#[tokio::test]
async fn programs_that_cost_too_much_are_refused_by_field_and_limit_and_nothing_is_stored() {
    let api = Api::new().await;
    let client = api.client().await;
    let many = |part: &str| format!("{{{{ input{} }}}}", part.repeat(20_000));
    let filters = format!("${}.a{}", "[?@".repeat(18), "]".repeat(18));
    let mut defs: serde_json::Map<String, Value> = (0..26)
        .map(|i| (format!("d{i}"), json!({"anyOf": vec![json!({"$ref": format!("#/$defs/d{}", i + 1)}); 2]})))
        .collect();
    defs.insert("d26".to_owned(), json!({"type": "string"}));
    let doubling = json!({"$defs": defs, "$ref": "#/$defs/d0"});
    let cases = [
        (
            "/endpoints",
            endpoint("request_body_template", json!({"a": [many(".a")]})),
            "request_body_template.a[0]",
            "TAG_TOKENS",
        ),
        (
            "/endpoints",
            endpoint("request_body_template", json!(many("~x"))),
            "request_body_template",
            "TAG_TOKENS",
        ),
        ("/endpoints", endpoint("query_params.q", json!(many("()"))), "query_params.q", "TAG_TOKENS"),
        (
            "/endpoints",
            endpoint("request_body_template", json!(vec!["{{ input }}"; 3_000])),
            "request_body_template[1333]",
            "TEMPLATE_TOKENS",
        ),
        (
            "/endpoints",
            endpoint("request_body_template.q", json!("{{ input * 99999999 }}")),
            "request_body_template.q",
            "TEMPLATE_MEMORY",
        ),
        (
            "/endpoints",
            endpoint("response_mappings.output", json!(filters)),
            "response_mappings.output",
            "PATH_FILTERS",
        ),
        (
            "/endpoints",
            endpoint("response_mappings.output", json!(format!("$[?{}", "(".repeat(900)))),
            "response_mappings.output",
            "PATH_NESTING",
        ),
        (
            "/metrics",
            metric("json_schema", "parameters.schema", doubling),
            "parameters.schema",
            "SCHEMA_PATHS",
        ),
        (
            "/metrics",
            metric("regex", "parameters.pattern", json!("(a{1000}){1000}")),
            "parameters.pattern",
            "PATTERN_SIZE",
        ),
    ];
    let good = [
        ("/endpoints", json!({"name": "Bot", "url": "https://ai.example.com/chat"})),
        ("/metrics", json!({"name": "m", "class_name": "exact"})),
    ];
    for (route, body) in good {
        let made = client.post(route, &body).await;
        let at = made.headers["location"].to_str().unwrap().to_owned();
        for (_, hostile, field, limit) in cases.iter().filter(|case| case.0 == route) {
            assert_refused(&client.post(route, hostile).await, field, limit);
            assert_refused(&client.put(&at, hostile).await, field, limit);
        }
        assert_eq!(client.get(route).await.body, json!([made.body]));
    }
}

#[tokio::test]
async fn no_transaction_is_open_while_an_endpoints_programs_are_checked() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({"name": "Bot", "url": "https://ai.example.com/chat"});
    let made = client.post("/endpoints", &body).await;
    let at = made.headers["location"].to_str().unwrap().to_owned();
    // Both places where programs run are taken until they are told to leave.
    let (mut leave, mut taken) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (tell, told) = oneshot::channel::<()>();
        let (begin, begun) = oneshot::channel();
        taken.push(tokio::spawn(apart(move || {
            begin.send(()).unwrap();
            told.blocking_recv().ok();
        })));
        begun.await.unwrap();
        leave.push(tell);
    }
    let other = endpoint("name", json!("Other"));
    let put = client.put(&at, &other);
    let mut put = std::pin::pin!(put);
    let waits = tokio::time::timeout(std::time::Duration::from_secs(2), &mut put).await;
    assert!(waits.is_err(), "it was answered without being checked");
    let open: i64 = sql::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and state like 'idle in transaction%'",
    )
    .fetch_one(api.system.database.owner())
    .await
    .unwrap();
    drop(leave);
    assert_eq!(put.await.status, 200);
    assert_eq!(open, 0);
}
