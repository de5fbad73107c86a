use serde_json::{Value, json};

use super::ask;
use crate::world::{Api, Client};

fn pushed() -> Value {
    json!({
        "name": "Bot", "description": "answers", "connection_type": "REST", "url": "https://ai.example.com/chat",
        "project_id": "a-project", "method": "POST", "request_headers": { "X-Team": "a" },
        "request_mapping": { "q": "{{ input }}" }, "response_mapping": { "output": "answer.text" },
        "auth_token": "a secret of some length"
    })
}

async fn refused(client: &Client, change: (&str, Value)) -> String {
    let mut body = pushed();
    body[change.0] = change.1;
    let answer = client.post("/endpoints", &body).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    answer.body["field"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

#[tokio::test]
async fn an_endpoint_is_pushed_under_the_names_of_the_sdk_and_shown_under_both() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/endpoints", &pushed()).await;
    assert_eq!(made.status, 201, "{made:?}");
    for (field, value) in [
        ("description", json!("answers")),
        ("project_id", json!("a-project")),
        ("protocol", json!("REST")),
        ("connection_type", json!("REST")),
        ("request_body_template", json!({ "q": "{{ input }}" })),
        ("request_mapping", json!({ "q": "{{ input }}" })),
        ("response_mappings", json!({ "output": "$.answer.text" })),
        ("response_mapping", json!({ "output": "$.answer.text" })),
        ("auth", json!({ "type": "bearer_token", "auth_token": "***" })),
    ] {
        assert_eq!(made.body[field], value, "{field}");
    }
    assert!(!made.body.to_string().contains("a secret"));
}

#[tokio::test]
async fn what_a_push_of_a_pulled_endpoint_does_not_say_stays_and_its_secret_stays_where_it_went() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/endpoints", &pushed()).await;
    let id = &made.body["id"];
    let at = format!("/endpoints/{}", id.as_str().unwrap());
    let again =
        json!({ "id": id, "name": "Bot 2", "connection_type": "REST", "url": "https://ai.example.com/v2" });
    let pushed = client.put(&at, &again).await;
    assert_eq!(pushed.status, 200, "{pushed:?}");
    for field in
        ["auth", "request_mapping", "response_mapping", "request_headers", "description", "project_id"]
    {
        assert_eq!(pushed.body[field], made.body[field], "{field}");
    }
    let away = json!({ "name": "Bot", "connection_type": "REST", "url": "https://elsewhere.example.com/" });
    assert_eq!(client.put(&at, &away).await.problem(), (422, Some("auth_token")));
    let other = json!({ "id": client.user_id, "name": "Bot", "connection_type": "REST" });
    assert_eq!(client.put(&at, &other).await.problem(), (422, Some("id")));
    // Under our own names all of it is replaced, but for what no form of ours says.
    let ours = client.put(&at, &json!({ "name": "Bot", "url": "https://ai.example.com/" })).await;
    assert_eq!(
        (&ours.body["auth"], &ours.body["response_mappings"]),
        (&json!({ "type": "none" }), &json!({}))
    );
    assert_eq!(ours.body["project_id"], "a-project");
}

#[tokio::test]
async fn what_is_wrong_with_a_push_is_told_by_the_name_it_has_there() {
    let api = Api::new().await;
    let client = api.client().await;
    for (change, field) in [
        (("surprise", json!(1)), "surprise"),
        (("id", json!(client.user_id)), "id"),
        (("connection_type", json!("GRPC")), "connection_type"),
        (("protocol", json!("WebSocket")), "connection_type"),
        (("request_body_template", json!({})), "request_mapping"),
        (("response_mappings", json!({})), "response_mapping"),
        (("auth", json!({ "type": "none" })), "auth_token"),
        (("auth_token", json!("short")), "auth_token"),
        (("auth_token", json!(7)), "auth_token"),
        (("response_mapping", json!({ "output": "$[" })), "response_mapping.output"),
        (("project_id", json!("x".repeat(256))), "project_id"),
        (("description", json!("x".repeat(10_001))), "description"),
    ] {
        assert_eq!(refused(&client, change.clone()).await, field, "{change:?}");
    }
    assert_eq!(client.get("/endpoints").await.body, json!([]));
}

#[tokio::test]
async fn a_delete_is_answered_with_json_to_the_sdk_and_with_nothing_to_others() {
    let api = Api::new().await;
    let client = api.client().await;
    for by_sdk in [true, false] {
        let made = client.post("/endpoints", &pushed()).await;
        let at = format!("/endpoints/{}", made.body["id"].as_str().unwrap());
        let answer = if by_sdk { ask(&client, "DELETE", &at).await } else { client.delete(&at).await };
        assert_eq!(answer.status, if by_sdk { 200 } else { 204 }, "{answer:?}");
        assert_eq!(answer.body["id"], if by_sdk { made.body["id"].clone() } else { Value::Null });
        assert_eq!(ask(&client, "DELETE", &at).await.problem(), (404, None));
    }
}
