use axum::body::Body;
use axum::http::Request;
use uuid::Uuid;

use crate::world::{Answer, Api, send};

#[track_caller]
fn is_refused(answer: &Answer) {
    assert_eq!(answer.problem(), (401, None));
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn a_missing_malformed_or_unknown_token_is_refused() {
    let api = Api::new().await;
    let address = format!("/tasks/{}", Uuid::nil());
    is_refused(&send(&api.router, Request::get(&address).body(Body::empty()).unwrap()).await);
    for wrong in ["", "Bearer", "Bearer rh-unknown", "Basic cmg6eA==", "Bearer eyJ.eyJ.x", "rh-unknown"] {
        let request = Request::get(&address).header("authorization", wrong).body(Body::empty()).unwrap();
        is_refused(&send(&api.router, request).await);
    }
    let latin1 =
        Request::get(&address).header("authorization", &b"Bearer rh-\xe4"[..]).body(Body::empty()).unwrap();
    is_refused(&send(&api.router, latin1).await);
}

#[tokio::test]
async fn a_token_that_has_expired_or_was_revoked_is_refused() {
    let api = Api::new().await;
    let (early, late, revoked) = (api.client().await, api.client().await, api.client().await);
    for (client, change) in [
        (&early, "expires_at = clock_timestamp() + interval '1 hour'"),
        (&late, "expires_at = clock_timestamp() - interval '1 second'"),
        (&revoked, "revoked_at = clock_timestamp()"),
    ] {
        api.change(format!("update token set {change} where user_id = '{}'", client.user_id)).await;
    }
    let address = format!("/tasks/{}", Uuid::nil());
    assert_eq!(early.get(&address).await.problem(), (404, None));
    is_refused(&late.get(&address).await);
    is_refused(&revoked.get(&address).await);
}

#[tokio::test]
async fn a_token_of_an_inactive_user_or_organization_is_refused() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    api.change(format!("update \"user\" set is_active = false where id = '{}'", one.user_id)).await;
    api.change(format!("update organization set is_active = false where id = '{}'", two.organization_id))
        .await;
    is_refused(&one.get("/tasks/x").await);
    is_refused(&two.get("/tasks/x").await);
}

#[tokio::test]
async fn without_a_credential_nothing_else_of_a_request_is_judged() {
    let api = Api::new().await;
    for address in ["/tasks/no_such_kind", "/tasks/count_test_sets", "/test-configurations/no-id/execute"] {
        let request = Request::post(address).body(Body::from("{malformed")).unwrap();
        is_refused(&send(&api.router, request).await);
    }
    is_refused(
        &send(&api.router, Request::get("/tasks/no-id?wait=never").body(Body::empty()).unwrap()).await,
    );
    assert_eq!(api.written().await, (0, 0, 0));
}
