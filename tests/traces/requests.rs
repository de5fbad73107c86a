use api::{App, Identity, router};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use catalog::CountTestSets;
use serde_json::Value;
use testing::System;
use tower::ServiceExt as _;
use worker::{Context, Error};

use crate::receiver::{Receiver, Seen};

/// A caller's context: its trace, and the header that tells of it.
fn caller(n: u8) -> (String, String) {
    let trace = format!("{n:02x}").repeat(16);
    (trace.clone(), format!("00-{trace}-b7ad6b7169203331-01"))
}

/// Posts a task over HTTP, within the caller's trace; answers its id.
async fn post(system: &System, traceparent: &str) -> String {
    let mut tx = system.database.owner().begin().await.unwrap();
    let founded = rhesis::organizations::found(&mut tx, "Acme").await.unwrap();
    tx.commit().await.unwrap();
    let endpoints = rhesis::endpoints::Client::builder().build().unwrap();
    let app = router(App {
        store: system.api.clone(),
        queue: system.queue(),
        identity: Identity::default(),
        endpoints,
        long_calls: api::bounds(12),
    });
    let request = Request::post("/tasks/count_test_sets")
        .header("authorization", format!("Bearer {}", founded.token))
        .header("content-type", "application/json")
        .header("traceparent", traceparent)
        .body(Body::from("{}"))
        .unwrap();
    let answer = app.oneshot(request).await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let body: Value = serde_json::from_slice(&to_bytes(answer.into_body(), 4096).await.unwrap()).unwrap();
    body["task_id"].as_str().unwrap().to_owned()
}

fn one<'a>(spans: &'a [Seen], name: &str) -> &'a Seen {
    let named: Vec<_> = spans.iter().filter(|span| span.name == name).collect();
    assert_eq!(named.len(), 1, "{name}: {spans:#?}");
    named[0]
}

#[tokio::test]
async fn request_enqueue_dispatch_claim_and_handler_are_one_trace() {
    let receiver = Receiver::get();
    let system = System::new().await;
    let (trace, traceparent) = caller(0x11);
    let id = post(&system, &traceparent).await;
    let worker = system.worker(async |_: CountTestSets, _: Context| Ok(7_i64));
    system.drain("count_test_sets", &worker).await;
    telemetry::send_spans().await;

    let spans = receiver.of(&trace);
    let request = one(&spans, "POST /tasks/{id}");
    assert_eq!(request.parent, "b7ad6b7169203331");
    assert!(request.attributes.contains(&"http.response.status_code=202".into()), "{request:?}");
    for child in ["enqueue", "dispatch", "claim", "count_test_sets"] {
        assert_eq!(one(&spans, child).parent, request.id, "{child}: {spans:#?}");
    }
    let handler = one(&spans, "count_test_sets");
    for expected in [format!("task_id={id}"), "attempt=1".into(), "outcome=success".into()] {
        assert!(handler.attributes.contains(&expected), "{expected}: {handler:?}");
    }
    assert!(spans.iter().all(|span| span.service == "all"));
}

#[tokio::test]
async fn every_attempt_of_a_task_is_in_its_trace_and_a_failed_one_names_its_error_but_not_its_text() {
    let receiver = Receiver::get();
    let system = System::new().await;
    let (trace, traceparent) = caller(0x22);
    let id = post(&system, &traceparent).await;
    let worker = system.worker(async |_: CountTestSets, ctx: Context| {
        if ctx.attempt() == 1 { Err(Error::retry("the secret").of_kind("Overload")) } else { Ok(7_i64) }
    });
    let wakes = system.messages.take("count_test_sets", 10);
    system.deliver(&worker, &wakes).await;
    system.pass(id.parse().unwrap(), 3600.0).await;
    system.drain("count_test_sets", &worker).await;
    telemetry::send_spans().await;

    let spans = receiver.of(&trace);
    let attempts: Vec<_> = spans.iter().filter(|span| span.name == "count_test_sets").collect();
    assert_eq!(attempts.len(), 2, "{spans:#?}");
    assert_eq!((attempts[0].failed, attempts[1].failed), (true, false));
    assert!(attempts[0].attributes.contains(&"error.type=Overload".into()), "{:?}", attempts[0]);
    assert!(!format!("{spans:?}").contains("the secret"));
}

#[tokio::test]
async fn tasks_that_a_handler_starts_go_on_in_its_trace() {
    let receiver = Receiver::get();
    let system = System::new().await;
    let (trace, traceparent) = caller(0x33);
    post(&system, &traceparent).await;
    let parent = system.worker(async |_: CountTestSets, ctx: Context| {
        let mut tx = ctx.begin().await?;
        tx.enqueue(&CountTestSets {}).await?;
        ctx.finish_in(tx);
        Ok(7_i64)
    });
    let wakes = system.messages.take("count_test_sets", 10);
    system.deliver(&parent, &wakes).await;
    let child = system.worker(async |_: CountTestSets, _: Context| Ok(8_i64));
    system.drain("count_test_sets", &child).await;
    telemetry::send_spans().await;

    let spans = receiver.of(&trace);
    let attempts: Vec<_> = spans.iter().filter(|span| span.name == "count_test_sets").collect();
    assert_eq!(attempts.len(), 2, "{spans:#?}");
    assert_eq!(attempts[1].parent, attempts[0].id);
}
