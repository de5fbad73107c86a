use api::{App, Identity, router};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use queue::{Memory, Queue};
use serde_json::json;
use store::Store;
use uuid::Uuid;

use crate::world::{Api, send};

/// The API without a database.
async fn cut_off() -> Router {
    let store = Store::new("postgres://tasks_api@127.0.0.1:1/none", 1).await.unwrap();
    store.close().await;
    let (identity, endpoints) = (Identity::default(), crate::world::caller());
    router(App {
        store,
        queue: Queue::Memory(Memory::default()),
        identity,
        endpoints,
        long_calls: api::bounds(12),
    })
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn health_is_answered_without_a_credential_and_without_a_database() {
    let answer = send(&cut_off().await, get("/health")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.body, json!({ "status": "ok", "time_zones": store::TIME_ZONES }));
}

#[tokio::test]
async fn an_address_where_nothing_is_is_a_problem() {
    let router = cut_off().await;
    for path in
        ["/", "/tasks/", "/health/x", "/test-configurations/1/x", "/tasks/1/2", "/groups/", "/%ff", "/HEALTH"]
    {
        assert_eq!(send(&router, get(path)).await.problem(), (404, None), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_one() {
    let router = cut_off().await;
    for (method, path, allow) in [
        ("DELETE", "/health", "GET,HEAD"),
        ("PUT", "/tasks/x", "GET,HEAD,POST,DELETE"),
        ("POST", "/tasks/stats", "GET,HEAD"),
        ("DELETE", "/tasks", "GET,HEAD,POST"),
        ("GET", "/groups", "POST"),
        ("POST", "/limits/x", "PUT,DELETE"),
        ("GET", "/test-configurations/x/execute", "POST"),
    ] {
        let answer =
            send(&router, Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.problem(), (405, None), "{path}");
        assert_eq!(answer.headers["allow"], allow, "{path}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_answered_503_with_a_time() {
    let request = Request::get(format!("/tasks/{}", Uuid::nil())).header("authorization", "Bearer rh-x");
    let answer = send(&cut_off().await, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.problem(), (503, None));
    assert_eq!(answer.headers["retry-after"], "5");
}

#[tokio::test]
async fn an_error_of_ours_says_nothing_of_its_cause() {
    let api = Api::new().await;
    let client = api.client().await;
    api.change("drop function public.authenticate(text)".into()).await;
    let answer = client.get("/tasks/x").await;
    assert_eq!(answer.problem(), (500, None));
    assert!(!answer.body.to_string().contains("authenticate"), "{answer:?}");
}
