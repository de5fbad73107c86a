//! Attempts that fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use catalog::CountTestSets;
use store::NewTask;
use task::{Error, OrEnd};
use testing::System;
use uuid::Uuid;
use worker::Context;

use crate::lifecycle::promises;

const KIND: &str = "count_test_sets";

async fn fail(_: CountTestSets, _: Context) -> worker::Result<i64> {
    Ok("x".parse::<i64>()?)
}

/// Delivers what was sent, passing over the waits, until nothing is sent any more.
async fn exhaust(system: &System, id: Uuid, worker: &worker::Worker) -> Vec<f64> {
    let mut waits = Vec::new();
    loop {
        let wakes = system.messages.take_all();
        if wakes.is_empty() {
            return waits;
        }
        waits.push(wakes[0].wait_seconds);
        system.pass(id, 700.0).await;
        system.deliver(worker, &wakes).await;
    }
}

#[tokio::test]
async fn a_failing_task_is_retried_three_times_with_growing_jitter_and_then_fails() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(fail);
    let waits = exhaust(&system, id, &worker).await;

    assert_eq!(waits.len(), 4, "one attempt and three retries");
    for (wait, most) in waits[1..].iter().zip([1.0, 2.0, 4.0]) {
        assert!((0.0..=most).contains(wait), "{waits:?}");
    }
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt), ("FAILURE", 4));
    let error = state.error.unwrap();
    assert_eq!(error["type"], "ParseIntError");
    assert_eq!(error["message"], "invalid digit found in string");
    assert_eq!(history(&system, id).await, ["retry", "retry", "retry", "retry"]);
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn between_two_attempts_a_task_is_in_retry() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(fail);
    system.deliver(&worker, &system.messages.take_all()).await;
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt, state.retries), ("RETRY", 2, Some(1)));
}

#[tokio::test]
async fn a_permanent_error_is_final_at_the_first_attempt() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker =
        system.worker(|_: CountTestSets, _: Context| async { None::<i64>.or_permanent("the set is gone") });
    exhaust(&system, id, &worker).await;
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt), ("FAILURE", 1));
    assert_eq!(state.error.unwrap()["message"], "the set is gone");
}

#[tokio::test]
async fn a_panic_is_a_failed_attempt_and_harms_no_neighbour() {
    let system = System::new().await;
    let doomed = system.start_new(NewTask { max_retries: Some(0), ..NewTask::of(&CountTestSets {}) }).await;
    let fine = system.start(&CountTestSets {}).await;
    let worker = system.worker(move |_: CountTestSets, ctx: Context| async move {
        assert!(ctx.task_id() != doomed, "boom");
        Ok(1)
    });
    let wakes = system.messages.take_all();
    assert_eq!(wakes.len(), 2, "both come in one batch");
    system.deliver(&worker, &wakes).await;
    assert_eq!(system.state(fine).await.status, "SUCCESS");
    let state = system.state(doomed).await;
    assert_eq!(state.status, "FAILURE");
    assert_eq!(state.error.unwrap(), serde_json::json!({ "type": "Panic", "message": "boom" }));
}

#[tokio::test]
async fn a_snooze_costs_no_retry_but_the_attempt_rises() {
    let system = System::new().await;
    let id = system.start_new(NewTask { max_retries: Some(0), ..NewTask::of(&CountTestSets {}) }).await;
    let calls = Arc::new(AtomicI32::new(0));
    let worker = system.worker(move |_: CountTestSets, _: Context| {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        async move { if call < 5 { Err(Error::snooze(Duration::from_secs(60))) } else { Ok(1) } }
    });
    let waits = exhaust(&system, id, &worker).await;
    assert_eq!(waits, [0.0, 60.0, 60.0, 60.0, 60.0, 60.0]);
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt), ("SUCCESS", 6));
}

#[tokio::test]
async fn a_retry_at_a_given_time_comes_at_that_time() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(|_: CountTestSets, _: Context| async {
        "x".parse::<i64>().or_retry_after(Duration::from_secs(77))
    });
    let waits = exhaust(&system, id, &worker).await;
    assert_eq!(waits, [0.0, 77.0, 77.0, 77.0]);
}

#[tokio::test]
async fn arguments_that_no_longer_fit_fail_at_once() {
    let system = System::new().await;
    let id = system.start_new(NewTask::named(KIND, serde_json::json!({ "old": 1 }))).await;
    let worker = system.worker(fail);
    exhaust(&system, id, &worker).await;
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt), ("FAILURE", 1));
    assert_eq!(state.error.unwrap()["type"], "BadArgs");
}

async fn history(system: &System, id: Uuid) -> Vec<String> {
    sql::query_scalar("select outcome from tasks.attempt_history where task_id = $1 order by attempt")
        .bind(id)
        .fetch_all(system.database.owner())
        .await
        .unwrap()
}
