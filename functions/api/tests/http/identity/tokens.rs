//! Users' own API tokens.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Api, Client};

async fn made(client: &Client, body: &Value) -> (Uuid, String) {
    let answer = client.post("/tokens", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.body["token_type"], "bearer");
    (
        answer.body["id"].as_str().unwrap().parse().unwrap(),
        answer.body["access_token"].as_str().unwrap().into(),
    )
}

/// The client with another token.
fn with(mut client: Client, token: &str) -> Client {
    client.token = token.into();
    client
}

#[tokio::test]
async fn a_token_is_shown_once_used_listed_and_revoked_at_once() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, token) = made(&client, &json!({ "name": "ci", "expires_in_days": 90 })).await;
    let list = client.get("/tokens").await.body;
    assert_eq!(list[0]["id"], json!(id));
    assert_eq!(list[0]["name"], "ci");
    assert_eq!(list[0]["token_obfuscated"], format!("rh-…{}", &token[token.len() - 4..]));
    assert_eq!(list[0]["last_used_at"], Value::Null);
    assert!(!list.to_string().contains(&token));
    let client = with(client, &token);
    assert_eq!(client.get("/tasks").await.status, 200);
    assert!(client.get("/tokens").await.body[0]["last_used_at"].is_string());
    assert_eq!(client.delete(&format!("/tokens/{id}")).await.status, 204);
    assert_eq!(client.get("/tasks").await.problem(), (401, None));
}

#[tokio::test]
async fn a_token_ends_when_it_was_to_end_and_one_without_an_end_does_not() {
    let api = Api::new().await;
    let client = api.client().await;
    let answer = client.post("/tokens", &json!({ "name": "a", "expires_in_days": null })).await;
    assert_eq!((answer.status.as_u16(), &answer.body["expires_at"]), (201, &Value::Null));
    let (endless, day) = (
        answer.body["access_token"].as_str().unwrap(),
        made(&client, &json!({ "name": "b", "expires_in_days": 1 })).await.1,
    );
    let seconds: f64 = sql::query_scalar(
        "select extract(epoch from expires_at - clock_timestamp())::float8 from token where expires_at is not null",
    )
    .fetch_one(api.system.database.owner())
    .await
    .unwrap();
    assert!((86_300.0..=86_400.0).contains(&seconds), "{seconds}");
    api.change("update token set expires_at = expires_at - interval '1 day'".into()).await;
    let client = with(client, endless);
    assert_eq!(client.get("/tasks").await.status, 200);
    assert_eq!(with(client, &day).get("/tasks").await.problem(), (401, None));
}

#[tokio::test]
async fn a_user_neither_sees_nor_revokes_tokens_of_a_colleague_or_of_another_organization() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let (id, token) = made(&client, &json!({ "name": "mine" })).await;
    let colleague = Uuid::now_v7();
    api.change(format!(
        "insert into \"user\" (id, organization_id, email) values ('{colleague}', '{}', 'c@b.test')",
        client.organization_id
    ))
    .await;
    let secret = rhesis::tokens::generate();
    api.change(format!(
        "insert into token (organization_id, user_id, name, token_hash, token_obfuscated)
         values ('{}', '{colleague}', 'theirs', '{}', 'rh-…')",
        client.organization_id,
        rhesis::tokens::hash(&secret)
    ))
    .await;
    let client = with(client, &token);
    assert_eq!(client.get("/tokens").await.body.as_array().unwrap().len(), 2);
    let own = stranger.get("/tokens").await.body[0]["id"].clone();
    assert_ne!(own, json!(id));
    let address = format!("/tokens/{id}");
    assert_eq!(stranger.delete(&address).await.problem(), (404, None));
    let colleague = with(stranger, &secret);
    assert_eq!(colleague.get("/tokens").await.body.as_array().unwrap().len(), 1);
    assert_eq!(colleague.delete(&address).await.problem(), (404, None));
    assert_eq!(client.get("/tasks").await.status, 200);
}

#[tokio::test]
async fn a_token_that_cannot_be_is_refused_by_the_name_of_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "  " }), "name"),
        (json!({ "name": "x".repeat(256) }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "name": "a", "expires_in_days": 0 }), "expires_in_days"),
        (json!({ "name": "a", "expires_in_days": 3651 }), "expires_in_days"),
        (json!({ "name": "a", "expires_in_days": 1.5 }), "expires_in_days"),
        (json!({ "name": "a", "expires_in_days": "1" }), "expires_in_days"),
        (json!({ "name": "a", "organization_id": Uuid::nil() }), "organization_id"),
    ] {
        assert_eq!(client.post("/tokens", &body).await.problem(), (422, Some(field)), "{body}");
    }
    assert_eq!(client.get("/tokens").await.body.as_array().unwrap().len(), 1);
    assert_eq!(client.delete("/tokens/x").await.problem(), (422, Some("id")));
}

#[tokio::test]
async fn a_user_has_at_most_a_hundred_tokens() {
    let api = Api::new().await;
    let client = api.client().await;
    for _ in 1..rhesis::tokens::MOST {
        made(&client, &json!({ "name": "one of many" })).await;
    }
    assert_eq!(client.post("/tokens", &json!({ "name": "one too many" })).await.problem(), (409, None));
}

#[tokio::test]
async fn last_used_is_written_at_most_once_an_hour() {
    let api = Api::new().await;
    let client = api.client().await;
    let used = || async {
        sql::query_scalar::<chrono::DateTime<chrono::Utc>>("select last_used_at from token")
            .fetch_one(api.system.database.owner())
            .await
            .unwrap()
    };
    client.get("/tasks").await;
    let first = used().await;
    client.get("/tasks").await;
    assert_eq!(used().await, first);
    api.change("update token set last_used_at = last_used_at - interval '61 minutes'".into()).await;
    client.get("/tasks").await;
    assert!(used().await > first);
}
