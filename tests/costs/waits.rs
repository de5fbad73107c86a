use api::{App, Identity, router};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use catalog::CountTestSets;
use rhesis::organizations;
use tower::ServiceExt as _;

use crate::world::World;

/// A request of somebody with a token; answers its status.
async fn get(app: &Router, token: &str, path: &str) -> u16 {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    let answer = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn a_request_that_waits_costs_two_statements_more_and_three_for_each_further_look() {
    let world = World::new().await;
    let mut owner = world.system.database.owner().acquire().await.unwrap();
    let token = organizations::found(&mut owner, "test").await.unwrap().token;
    let app = router(App {
        store: world.api.clone(),
        queue: world.system.queue(),
        identity: Identity::default(),
        endpoints: rhesis::endpoints::Client::builder().build().unwrap(),
        long_calls: api::bounds(12),
    });
    let request = Request::post(format!("/tasks/{}", <CountTestSets as task::Task>::KIND))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let started = app.clone().oneshot(request.body(Body::from("{}")).unwrap()).await.unwrap();
    let address = started.headers()["location"].to_str().unwrap().to_owned();
    // Once, so that the connection stands.
    let waiting = format!("{address}?wait=0.2");
    assert_eq!(get(&app, &token, &waiting).await, 200);
    world.wire.take();
    assert_eq!(get(&app, &token, &address).await, 200);
    let plain = world.wire.take();
    assert_eq!(get(&app, &token, &waiting).await, 200);
    let waited = world.wire.take();
    let lease = if sql::pooled() { 6 } else { 2 };
    assert_eq!(
        (waited.0 - plain.0, waited.1 - plain.1),
        (lease + 3, 3),
        "the lease's two, and one more look"
    );
}
