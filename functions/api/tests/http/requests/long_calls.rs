//! Requests that hold an instance for seconds: how many there may be, of whom.

use std::time::Duration;

use axum::Router;
use futures::future::join_all;
use serde_json::json;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::world::{Answer, Api, Client};

/// Waits of so many requests at once.
async fn waits(client: &Client, id: Uuid, seconds: f64, n: usize) -> Vec<Answer> {
    let address = format!("/tasks/{id}?wait={seconds}");
    join_all((0..n).map(|_| client.get(&address))).await
}

fn with(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status.as_u16() == status).count()
}

async fn held(api: &Api) -> i64 {
    sql::query_scalar("select count(*) from long_call").fetch_one(api.system.database.owner()).await.unwrap()
}

/// Leases that somebody else has taken.
async fn take(api: &Api, organization: Uuid, n: usize, ends: &str) {
    api.change(format!(
        "insert into long_call (organization_id, user_id, expires_at)
         select '{organization}', gen_random_uuid(), clock_timestamp() + interval '{ends}' from generate_series(1, {n})"
    ))
    .await;
}

#[tokio::test]
async fn a_user_waits_at_most_three_times_at_once_and_is_told_when_to_come_again() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    let answers = waits(&client, id, 1.5, 8).await;
    assert_eq!((with(&answers, 200), with(&answers, 429)), (3, 5), "{answers:?}");
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert_eq!(refused.problem(), (429, None));
    assert_eq!(refused.headers["retry-after"], "2");
    assert!(refused.body["detail"].as_str().unwrap().starts_with("At most 3 requests of one user"));
    assert_eq!(held(&api).await, 0, "each gave its lease back");
    assert_eq!(with(&waits(&client, id, 0.3, 3).await, 200), 3);
}

#[tokio::test]
async fn what_need_not_wait_needs_no_room() {
    let api = Api::new().await;
    let client = api.client().await;
    let ended = client.count(&json!({})).await;
    api.run_counts(None).await;
    let open = client.count(&json!({})).await;
    take(&api, client.organization_id, 12, "1 hour").await;
    assert_eq!(client.get(&format!("/tasks/{open}?wait=5")).await.problem(), (429, None));
    assert_eq!(client.get(&format!("/tasks/{open}?wait=0")).await.status, 200);
    assert_eq!(client.get(&format!("/tasks/{open}")).await.status, 200);
    assert_eq!(client.get(&format!("/tasks/{ended}?wait=20")).await.body["status"], "SUCCESS");
    let nobody = Uuid::now_v7();
    assert_eq!(client.get(&format!("/tasks/{nobody}?wait=5")).await.problem(), (404, None));
}

#[tokio::test]
async fn a_busy_organization_takes_no_room_of_another_and_all_together_leave_instances_free() {
    let api = Api::new().await;
    let (greedy, modest) = (api.client().await, api.client().await);
    take(&api, greedy.organization_id, 6, "1 hour").await;
    let theirs = greedy.count(&json!({})).await;
    let refused = greedy.get(&format!("/tasks/{theirs}?wait=5")).await;
    assert!(refused.body["detail"].as_str().unwrap().starts_with("At most 6 requests of one organization"));
    let ours = modest.count(&json!({})).await;
    assert_eq!(modest.get(&format!("/tasks/{ours}?wait=0.3")).await.status, 200);
    take(&api, Uuid::now_v7(), 6, "1 hour").await;
    let refused = modest.get(&format!("/tasks/{ours}?wait=5")).await;
    assert!(refused.body["detail"].as_str().unwrap().starts_with("At most 12 requests in all"));
}

#[tokio::test]
async fn the_lease_of_a_process_that_died_is_over_by_itself() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    take(&api, client.organization_id, 12, "-1 second").await;
    assert_eq!(client.get(&format!("/tasks/{id}?wait=0.3")).await.status, 200);
    assert_eq!(held(&api).await, 0, "what was over is gone");
}

#[tokio::test]
async fn trial_calls_of_an_endpoint_are_long_calls_too_and_give_their_lease_back_however_they_end() {
    let slow = Router::new().fallback(async || {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        "{\"output\": \"yes\"}"
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, slow).await });
    let api = Api::new().await;
    let client = api.client().await;
    let made = async |url: &str| {
        let answer = client.post("/endpoints", &json!({ "name": "e", "url": url })).await;
        format!("{}/invoke", answer.headers["location"].to_str().unwrap())
    };
    let (slow, broken) = (made(&url).await, made("http://127.0.0.1:9/").await);
    let body = json!({ "input": "x" });
    let answers = join_all((0..5).map(|_| client.post(&slow, &body))).await;
    assert_eq!((with(&answers, 200), with(&answers, 429)), (3, 2), "{answers:?}");
    for _ in 0..5 {
        assert_eq!(client.post(&broken, &body).await.problem(), (502, None));
    }
    assert_eq!(held(&api).await, 0);
}

#[tokio::test]
async fn starting_does_not_wait_while_another_tenant_asks_for_every_wait_there_is() {
    let api = Api::new().await;
    let (greedy, modest) = (api.client().await, api.client().await);
    let id = greedy.count(&json!({ "countdown": 60 })).await;
    tokio::select! {
        biased;
        () = async {
            while held(&api).await < 3 {
                tokio::task::yield_now().await;
            }
            for _ in 0..5 {
                modest.count(&json!({})).await;
            }
        } => {}
        answers = waits(&greedy, id, 20.0, 60) => panic!("the waits are over: {answers:?}"),
    }
    assert_eq!(held(&api).await, 3);
}
