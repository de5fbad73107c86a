//! Tokens of an issuer whose public keys are fetched.

use std::time::Duration;

use jsonwebtoken::Algorithm::{ES256, RS256, RS512};
use serde_json::{Value, json};

use crate::identity::issuer::{AUDIENCE, Stub, claims, now, sign};
use crate::world::{Api, Client};

const MINUTE: Duration = Duration::from_secs(60);

/// An API that trusts the stub, and a user of it whom the issuer calls `sub-1`.
async fn world(stub: &Stub, pause: Duration) -> (Api, Client) {
    let api = Api::with_identity(stub.identity(pause)).await;
    let client = api.client().await;
    api.change(format!("update \"user\" set subject = 'sub-1' where id = '{}'", client.user_id)).await;
    (api, client)
}

async fn status(client: &mut Client, token: String) -> u16 {
    client.token = token;
    client.get("/tasks").await.status.as_u16()
}

#[tokio::test]
async fn tokens_of_the_issuer_in_rs256_and_es256_speak_for_their_user() {
    let stub = Stub::start().await;
    stub.publish(ES256, "two");
    let (_api, mut client) = world(&stub, MINUTE).await;
    client.put("/limits/ours", &json!({ "max_running": 1 })).await;
    for (algorithm, id) in [(RS256, "one"), (ES256, "two")] {
        client.token = sign(algorithm, Some(id), &claims("sub-1", &json!({})));
        assert_eq!(client.get("/limits").await.body[0]["key"], "ours");
    }
    assert_eq!(stub.asked(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_the_issuers_or_not_for_us_or_not_now_is_refused() {
    let stub = Stub::start().await;
    let (_api, mut client) = world(&stub, MINUTE).await;
    for change in [
        json!({ "iss": "https://other.test" }),
        json!({ "iss": null }),
        json!({ "aud": "another-client" }),
        json!({ "aud": ["one", "two"] }),
        json!({ "aud": null }),
        json!({ "aud": null, "token_use": "access", "client_id": "another-client" }),
        json!({ "aud": null, "token_use": "id", "client_id": AUDIENCE }),
        json!({ "exp": now() - 60 }),
        json!({ "exp": null }),
        json!({ "nbf": now() + 3600 }),
        json!({ "sub": null }),
        json!({ "sub": "nobody" }),
        json!({ "sub": "sub\u{0}" }),
    ] {
        let token = sign(RS256, Some("one"), &claims("sub-1", &change));
        assert_eq!(status(&mut client, token).await, 401, "{change}");
    }
    for change in [
        json!({}),
        json!({ "aud": ["other", AUDIENCE] }),
        json!({ "aud": null, "token_use": "access", "client_id": AUDIENCE }),
    ] {
        let token = sign(RS256, Some("one"), &claims("sub-1", &change));
        assert_eq!(status(&mut client, token).await, 200, "{change}");
    }
}

#[tokio::test]
async fn a_key_serves_its_own_algorithm_only() {
    let stub = Stub::start().await;
    stub.publish(ES256, "two");
    let (_api, mut client) = world(&stub, MINUTE).await;
    let good = claims("sub-1", &json!({}));
    for (algorithm, id) in [(RS256, Some("two")), (ES256, Some("one")), (RS512, Some("one")), (RS256, None)] {
        assert_eq!(status(&mut client, sign(algorithm, id, &good)).await, 401, "{algorithm:?} {id:?}");
    }
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_at_most_once_a_minute_and_found_after_it() {
    let stub = Stub::start().await;
    let good = claims("sub-1", &json!({}));
    let (_api, mut client) = world(&stub, MINUTE).await;
    assert_eq!(status(&mut client, sign(RS256, Some("one"), &good)).await, 200);
    for invented in ["a", "b", "c"] {
        assert_eq!(status(&mut client, sign(RS256, Some(invented), &good)).await, 401);
    }
    assert_eq!(stub.asked(), 1);
    let (_api, mut client) = world(&stub, Duration::ZERO).await;
    assert_eq!(status(&mut client, sign(RS256, Some("one"), &good)).await, 200);
    stub.publish(RS256, "rotated");
    assert_eq!(status(&mut client, sign(RS256, Some("rotated"), &good)).await, 200);
}

#[tokio::test]
async fn an_issuer_that_is_down_is_a_503_and_known_keys_go_on() {
    let stub = Stub::start().await;
    stub.answer_with(500);
    let good = claims("sub-1", &json!({}));
    let (_api, mut client) = world(&stub, Duration::ZERO).await;
    client.token = sign(RS256, Some("one"), &good);
    let answer = client.get("/tasks").await;
    assert_eq!(answer.problem(), (503, None));
    assert_eq!(answer.headers["retry-after"], "5");
    stub.answer_with(200);
    assert_eq!(client.get("/tasks").await.status, 200);
    stub.answer_with(500);
    assert_eq!(client.get("/tasks").await.status, 200);
    assert_eq!(status(&mut client, sign(RS256, Some("other"), &good)).await, 503);
}

#[tokio::test]
async fn what_no_key_could_make_good_is_a_401_while_the_issuer_is_down_and_asks_it_nothing() {
    let stub = Stub::start().await;
    stub.publish(ES256, "two");
    let (_api, mut client) = world(&stub, MINUTE).await;
    stub.answer_with(500);
    let good = claims("sub-1", &json!({}));
    for token in [
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "iss": "https://other.test" }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "iss": ["https://other.test"] }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "aud": "another-client" }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "aud": null }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "exp": now() - 60 }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "exp": null }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "exp": "soon" }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "nbf": now() + 3600 }))),
        sign(RS256, Some("one"), &claims("sub-1", &json!({ "sub": null }))),
        sign(RS256, None, &good),
        sign(RS512, Some("one"), &good),
    ] {
        assert_eq!(status(&mut client, token.clone()).await, 401, "{token}");
    }
    assert_eq!(stub.asked(), 0);
    // This one may be good, by a key that nobody here has seen.
    assert_eq!(status(&mut client, sign(RS256, Some("one"), &good)).await, 503);

    // Known keys say what is good and what is not, whether the issuer answers or not.
    let stub = Stub::start().await;
    stub.publish(ES256, "two");
    let (_api, mut client) = world(&stub, Duration::ZERO).await;
    assert_eq!(status(&mut client, sign(RS256, Some("one"), &good)).await, 200);
    stub.answer_with(500);
    let by_another_key = sign(RS256, Some("one"), &good).rsplit_once('.').unwrap().0.to_owned() + ".AAAA";
    for token in [by_another_key, sign(ES256, Some("one"), &good), sign(RS256, Some("two"), &good)] {
        assert_eq!(status(&mut client, token).await, 401);
    }
    assert_eq!(status(&mut client, sign(ES256, Some("two"), &good)).await, 200);
    assert_eq!(status(&mut client, sign(RS256, Some("new"), &good)).await, 503);
}

#[tokio::test]
async fn an_address_finds_a_user_if_it_is_verified_and_tied_to_no_other_subject() {
    let stub = Stub::start().await;
    let (api, mut client) = world(&stub, MINUTE).await;
    let token = |change: &Value| sign(RS256, Some("one"), &claims("sub-2", change));
    let verified = json!({ "email": "Ada@B.test", "email_verified": true });
    api.change(format!("update \"user\" set email = 'ada@b.test' where id = '{}'", client.user_id)).await;
    // Tied to sub-1.
    assert_eq!(status(&mut client, token(&verified)).await, 401);
    api.change(format!("update \"user\" set subject = null where id = '{}'", client.user_id)).await;
    assert_eq!(status(&mut client, token(&verified)).await, 200);
    let as_text = json!({ "email": "ada@b.test", "email_verified": "true" });
    assert_eq!(status(&mut client, token(&as_text)).await, 200);
    for unverified in [
        json!({ "email": "ada@b.test" }),
        json!({ "email": "ada@b.test", "email_verified": false }),
        json!({ "email": "ada@b.test", "email_verified": "false" }),
    ] {
        assert_eq!(status(&mut client, token(&unverified)).await, 401, "{unverified}");
    }
}
