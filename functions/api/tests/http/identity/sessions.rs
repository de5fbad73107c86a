//! Sessions signed with a shared secret.

use std::sync::Arc;

use api::{Identity, Session};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::identity::issuer::{claims, now, public_key, sign};
use crate::world::{Api, Client};

const SECRET: &str = "a secret of these tests, of more than 32 bytes";

async fn world() -> (Api, Client) {
    let identity = Identity { session: Some(Arc::new(Session::new(SECRET))), issuer: None };
    let api = Api::with_identity(identity).await;
    let client = api.client().await;
    (api, client)
}

fn session(user: Uuid) -> Value {
    json!({ "type": "session", "user": { "id": user, "email": "a@b.test" }, "exp": now() + 3600 })
}

fn signed(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret)).unwrap()
}

async fn status(client: &mut Client, token: String) -> u16 {
    client.token = token;
    let answer = client.get("/tasks").await;
    if answer.status == 401 {
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    answer.status.as_u16()
}

#[tokio::test]
async fn a_session_speaks_for_its_user_whose_row_says_the_organization() {
    let (_api, mut client) = world().await;
    client.put("/limits/ours", &json!({ "max_running": 1 })).await;
    let mut claims = session(client.user_id);
    // What a token says of an organization is not asked for.
    claims["user"]["organization_id"] = json!(Uuid::nil());
    client.token = signed(Algorithm::HS256, SECRET.as_bytes(), &claims);
    assert_eq!(client.get("/limits").await.body[0]["key"], "ours");
}

#[tokio::test]
async fn a_session_that_is_expired_early_endless_or_no_session_is_refused() {
    let (_api, mut client) = world().await;
    let good = session(client.user_id);
    for (name, value) in [
        ("exp", json!(now() - 60)),
        ("exp", Value::Null),
        ("exp", json!("tomorrow")),
        ("nbf", json!(now() + 3600)),
        ("type", json!("email_verification")),
        ("type", Value::Null),
        ("user", json!({})),
        ("user", json!({ "id": "first" })),
        ("user", json!({ "id": Uuid::nil() })),
    ] {
        let mut claims = good.clone();
        claims[name] = value.clone();
        let token = signed(Algorithm::HS256, SECRET.as_bytes(), &claims);
        assert_eq!(status(&mut client, token).await, 401, "{name}: {value}");
    }
    let token = signed(Algorithm::HS256, SECRET.as_bytes(), &good);
    assert_eq!(status(&mut client, token).await, 200);
}

#[tokio::test]
async fn only_hs256_with_our_secret_is_a_signature() {
    let (_api, mut client) = world().await;
    let good = session(client.user_id);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(&good));
    let none = format!("{unsigned}x");
    let mut changed = signed(Algorithm::HS256, SECRET.as_bytes(), &good);
    let last = if changed.pop() == Some('A') { 'Q' } else { 'A' };
    changed.push(last);
    let critical = {
        let header = Header { crit: Some(vec!["exp".into()]), ..Header::new(Algorithm::HS256) };
        encode(&header, &good, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
    };
    for token in [
        unsigned,
        none,
        changed,
        critical,
        signed(Algorithm::HS256, b"another secret of more than 32 bytes", &good),
        signed(Algorithm::HS384, SECRET.as_bytes(), &good),
        signed(Algorithm::HS256, &public_key(), &good),
        sign(Algorithm::RS256, Some("one"), &claims("x", &good)),
    ] {
        assert_eq!(status(&mut client, token.clone()).await, 401, "{token}");
    }
}

#[tokio::test]
async fn a_user_whom_no_organization_took_in_is_known_and_may_do_nothing() {
    let (api, mut client) = world().await;
    let id = Uuid::now_v7();
    api.change(format!("insert into \"user\" (id, email) values ('{id}', 'new@b.test')")).await;
    client.token = signed(Algorithm::HS256, SECRET.as_bytes(), &session(id));
    let answer = client.get("/tasks").await;
    assert_eq!(answer.problem(), (403, None));
    assert_eq!(answer.body["detail"], "User is not associated with an organization");
}

#[tokio::test]
async fn a_session_of_an_inactive_user_or_organization_is_refused() {
    let (api, mut one) = world().await;
    let mut two = api.client().await;
    api.change(format!("update \"user\" set is_active = false where id = '{}'", one.user_id)).await;
    api.change(format!("update organization set is_active = false where id = '{}'", two.organization_id))
        .await;
    for client in [&mut one, &mut two] {
        let token = signed(Algorithm::HS256, SECRET.as_bytes(), &session(client.user_id));
        assert_eq!(status(client, token).await, 401);
    }
}

#[tokio::test]
async fn without_its_setting_a_session_opens_nothing() {
    let api = Api::new().await;
    let mut client = api.client().await;
    for secret in [SECRET, ""] {
        let token = signed(Algorithm::HS256, secret.as_bytes(), &session(client.user_id));
        assert_eq!(status(&mut client, token).await, 401);
    }
}
