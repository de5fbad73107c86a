//! Webhooks: made over HTTP, told by a task, signed.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use catalog::{DeliverWebhook, Delivery};
use rhesis::webhooks;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use task::Error;
use uuid::Uuid;

use crate::world::{Api, Client, caller};

const KIND: &str = "deliver_webhook";

/// A receiver on this machine, which keeps what it is told.
#[derive(Clone)]
struct Receiver {
    url: String,
    status: Arc<AtomicU16>,
    told: Arc<Mutex<Vec<(HeaderMap, String)>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { url, status: Arc::new(AtomicU16::new(204)), told: Arc::default() };
        let shared = receiver.clone();
        let answer = move |headers: HeaderMap, body: String| {
            shared.told.lock().unwrap().push((headers, body));
            let status = shared.status.load(Ordering::SeqCst);
            async move { (StatusCode::from_u16(status).unwrap(), [("retry-after", "7")]) }
        };
        let router = Router::new().route("/hook", post(answer));
        tokio::spawn(async { axum::serve(listener, router).await });
        receiver
    }

    fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    fn told(&self) -> Vec<(HeaderMap, String)> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }
}

async fn made(client: &Client, url: &str) -> (Uuid, String) {
    let body = json!({ "url": url, "events": ["test_run.ended", "task.failed"] });
    let answer = client.post("/webhooks", &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    (answer.body["id"].as_str().unwrap().parse().unwrap(), answer.body["secret"].as_str().unwrap().to_owned())
}

/// Fails a task of the client's for good.
async fn fail(api: &Api, client: &Client) -> Uuid {
    let id = client.count(&json!({})).await;
    api.run_counts(Some("the answer was forty-two")).await;
    id
}

/// Delivers what there is, as the function does.
async fn deliver(api: &Api) {
    let deadline = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    relay::sweep(&api.system.relay, &api.system.queue(), deadline).await.unwrap();
    let client = caller();
    let worker = api.system.worker(move |task: DeliverWebhook, ctx| {
        let client = client.clone();
        async move {
            let Some(receiver) = webhooks::load(&mut *ctx.begin().await?, task.webhook_id).await? else {
                return Ok(Delivery { outcome: "inactive".into(), status: None });
            };
            let attempt = webhooks::send(&client, &receiver, &ctx.idempotency_key(), &task).await;
            let mut tx = ctx.begin().await?;
            webhooks::note(&mut tx, task.webhook_id, &attempt).await?;
            tx.commit().await?;
            attempt
                .map(Delivery::from)
                .map_err(|error| Error::of(&error, error.is_transient(), error.retry_after()))
        }
    });
    // A message that was sent again is one to SQS's reader, who gets a batch without repetitions.
    let mut wakes = api.system.messages.take(KIND, 10);
    wakes.dedup_by_key(|wake| (wake.task_id, wake.attempt));
    api.system.deliver(&worker, &wakes).await;
}

async fn only_delivery(api: &Api) -> Uuid {
    sql::query_scalar("select id from tasks.task where kind = 'deliver_webhook'")
        .fetch_one(api.system.database.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_failure_is_told_signed_and_without_anything_secret() {
    let api = Api::new().await;
    let client = api.client().await;
    let receiver = Receiver::start().await;
    let (id, secret) = made(&client, &receiver.url).await;
    let task = fail(&api, &client).await;
    deliver(&api).await;
    let told = receiver.told();
    assert_eq!(told.len(), 1);
    let (headers, body) = &told[0];
    Webhook::new(&secret).unwrap().verify(body.as_bytes(), headers).unwrap();
    assert!(Webhook::new(&secret).unwrap().verify(format!("{body} ").as_bytes(), headers).is_err());
    assert_eq!(headers["webhook-id"].to_str().unwrap(), only_delivery(&api).await.to_string());
    let said: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&said["type"], &said["data"]["task_id"]), (&json!("task.failed"), &json!(task)));
    assert!(said["timestamp"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().is_ok());
    assert!(!body.contains("forty"), "{body}");
    let shown = &client.get("/webhooks").await.body[0];
    assert_eq!((&shown["id"], &shown["last_status"]), (&json!(id), &json!(204)));
    assert!(!shown.to_string().contains(&secret) && shown["secret"].is_null());
}

#[tokio::test]
async fn a_secret_is_stored_sealed_and_no_two_are_the_same() {
    let api = Api::new().await;
    let client = api.client().await;
    let (_, one) = made(&client, "https://hook.example.com/").await;
    let (_, two) = made(&client, "https://hook.example.com/").await;
    assert_ne!(one, two);
    let stored: Vec<String> =
        sql::query_scalar("select secret from webhook").fetch_all(api.system.database.owner()).await.unwrap();
    for text in &stored {
        assert!(text.starts_with("gAAAA"), "{text}");
        assert!(![&one, &two].iter().any(|secret| text.contains(secret.trim_start_matches("whsec_"))));
    }
}

#[tokio::test]
async fn a_receiver_that_fails_is_told_again_by_the_same_id_when_it_asked_to() {
    let api = Api::new().await;
    let client = api.client().await;
    let receiver = Receiver::start().await;
    made(&client, &receiver.url).await;
    fail(&api, &client).await;
    for status in [500, 404, 302] {
        receiver.answer_with(status);
        deliver(&api).await;
        let delivery = client.state(only_delivery(&api).await).await;
        assert_eq!(delivery["status"], "RETRY", "{status}: {delivery}");
        assert_eq!(client.get("/webhooks").await.body[0]["last_status"], status);
        api.system.pass(only_delivery(&api).await, 100_000.0).await;
    }
    receiver.answer_with(200);
    deliver(&api).await;
    assert_eq!(
        client.state(only_delivery(&api).await).await["result"],
        json!({ "outcome": "delivered", "status": 200 })
    );
    let ids: Vec<_> = receiver.told().into_iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(client.get("/webhooks").await.body[0]["last_error"], Value::Null);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_called_no_more() {
    let api = Api::new().await;
    let client = api.client().await;
    let receiver = Receiver::start().await;
    let (id, _) = made(&client, &receiver.url).await;
    receiver.answer_with(410);
    fail(&api, &client).await;
    deliver(&api).await;
    assert_eq!(client.state(only_delivery(&api).await).await["result"]["outcome"], "gone");
    assert_eq!(client.get("/webhooks").await.body[0]["is_active"], false);
    fail(&api, &client).await;
    deliver(&api).await;
    assert_eq!(receiver.told().len(), 1);
    assert_eq!(client.post(&format!("/webhooks/{id}/test"), &json!({})).await.problem(), (409, None));
}

#[tokio::test]
async fn a_webhook_is_tried_out_and_one_that_was_deleted_is_told_nothing() {
    let api = Api::new().await;
    let client = api.client().await;
    let receiver = Receiver::start().await;
    let (id, _) = made(&client, &receiver.url).await;
    let test = client.post(&format!("/webhooks/{id}/test"), &json!({})).await;
    assert_eq!(test.status, 202);
    deliver(&api).await;
    assert_eq!(client.state(test.task_id()).await["status"], "SUCCESS");
    assert!(receiver.told()[0].1.contains("\"webhook.test\""));
    fail(&api, &client).await;
    assert_eq!(client.delete(&format!("/webhooks/{id}")).await.status, 204);
    assert_eq!(client.delete(&format!("/webhooks/{id}")).await.problem(), (404, None));
    deliver(&api).await;
    assert_eq!(receiver.told().len(), 0);
}

#[tokio::test]
async fn a_webhook_that_cannot_be_is_refused_by_the_name_of_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let events = json!(["task.failed"]);
    for (body, field) in [
        (json!({ "events": events }), "url"),
        (json!({ "url": "", "events": events }), "url"),
        (json!({ "url": "hook", "events": events }), "url"),
        (json!({ "url": "http://hook.example.com/", "events": events }), "url"),
        (json!({ "url": "https://user:pw@hook.example.com/", "events": events }), "url"),
        (json!({ "url": "https://10.0.0.1/", "events": events }), "url"),
        (json!({ "url": "https://169.254.169.254/latest", "events": events }), "url"),
        (json!({ "url": "file:///etc/passwd", "events": events }), "url"),
        (json!({ "url": format!("https://a.example.com/{}", "x".repeat(2048)), "events": events }), "url"),
        (json!({ "url": "https://hook.example.com/" }), "events"),
        (json!({ "url": "https://hook.example.com/", "events": [] }), "events"),
        (json!({ "url": "https://hook.example.com/", "events": ["webhook.test"] }), "events"),
        (json!({ "url": "https://hook.example.com/", "events": "task.failed" }), "events"),
        (json!({ "url": "https://hook.example.com/", "events": events, "secret": "x" }), "secret"),
    ] {
        assert_eq!(client.post("/webhooks", &body).await.problem(), (422, Some(field)), "{body}");
    }
    assert_eq!(client.get("/webhooks").await.body, json!([]));
    for _ in 0..webhooks::MOST {
        made(&client, "https://hook.example.com/").await;
    }
    let body = json!({ "url": "https://hook.example.com/", "events": events });
    assert_eq!(client.post("/webhooks", &body).await.problem(), (409, None));
}

#[tokio::test]
async fn nobody_starts_a_delivery_by_hand() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, _) = made(&client, "https://hook.example.com/").await;
    let args = json!({ "webhook_id": id, "event": "task.failed", "occurred_at": "now", "data": {} });
    let answer = client.post("/tasks/deliver_webhook", &json!({ "args": args })).await;
    assert_eq!(answer.problem(), (422, Some("kind")));
}
