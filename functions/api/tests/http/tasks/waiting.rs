use std::time::{Duration, Instant};

use api::{App, Identity, router};
use axum::http::Request;
use catalog::CountTestSets;
use serde_json::json;
use uuid::Uuid;

use crate::world::{Api, Client, send};

async fn count(client: &Client) -> Uuid {
    client.post("/tasks/count_test_sets", &json!({})).await.task_id()
}

#[tokio::test]
async fn a_wait_ends_soon_after_the_task_does() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = count(&client).await;
    let worker = api.system.worker(|_: CountTestSets, _| async { Ok(1) });
    let began = Instant::now();
    let address = format!("/tasks/{id}?wait=20");
    let (answer, ()) = tokio::join!(client.get(&address), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        api.system.drain("count_test_sets", &worker).await;
    });
    assert_eq!(answer.body["status"], "SUCCESS");
    assert!(began.elapsed() >= Duration::from_millis(500));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_wait_that_is_over_answers_how_the_task_stands() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = count(&client).await;
    let began = Instant::now();
    let answer = client.get(&format!("/tasks/{id}?wait=0.6")).await;
    assert_eq!(answer.body["status"], "PENDING");
    assert!(began.elapsed() >= Duration::from_millis(600));
    let began = Instant::now();
    client.get(&format!("/tasks/{id}?wait=0")).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_wait_that_is_no_time_or_too_long_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = count(&client).await;
    for wait in ["", "-1", "20.5", "21", "1e9", "inf", "nan", "soon", "%00", "1&wait=x%zz%f"] {
        let answer = client.get(&format!("/tasks/{id}?wait={wait}")).await;
        assert_eq!(answer.problem(), (422, Some("wait")), "{wait}");
    }
    assert_eq!(client.get(&format!("/tasks/{id}?wait=%ff")).await.problem(), (400, None), "no UTF-8");
    let unknown = client.get(&format!("/tasks/{id}?wiat=1")).await;
    assert_eq!(unknown.problem(), (422, Some("wiat")), "a misspelt name is not passed over");
}

#[tokio::test]
async fn who_waits_holds_no_connection() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = count(&client).await;
    let app = App {
        store: api.system.database.store_with("tasks_api", 1),
        queue: api.system.queue(),
        identity: Identity::default(),
        endpoints: crate::world::caller(),
        long_calls: api::bounds(12),
    };
    let narrow = router(app);
    let request = |wait: u32| {
        Request::get(format!("/tasks/{id}?wait={wait}"))
            .header("authorization", format!("Bearer {}", client.token))
            .body(axum::body::Body::empty())
            .unwrap()
    };
    let (waited, at_once) = tokio::join!(send(&narrow, request(2)), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        send(&narrow, request(0)).await;
        began.elapsed()
    });
    assert_eq!(waited.status, 200);
    assert!(at_once < Duration::from_secs(1), "{at_once:?}");
}
