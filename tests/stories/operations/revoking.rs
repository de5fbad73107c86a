//! Tasks that are ended by request, and begun anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use catalog::{CountTestSets, ExecuteTest};
use store::{NewTask, Revoked};
use task::Error;
use testing::System;
use uuid::Uuid;
use worker::Context;

use crate::lifecycle::promises;

const KIND: &str = "count_test_sets";

async fn one(_: CountTestSets, _: Context) -> worker::Result<i64> {
    Ok(1)
}

async fn revoke(system: &System, id: Uuid) -> Option<Revoked> {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let revoked = store::revoke(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    revoked
}

async fn retry(system: &System, id: Uuid) -> bool {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let retried = store::retry(&mut tx, id, 0.0).await.unwrap();
    tx.commit().await.unwrap();
    let begun = retried.is_some();
    system.queue().dispatch(&retried.unwrap_or_default().wakes).await;
    begun
}

#[tokio::test]
async fn a_task_that_is_revoked_before_it_begins_never_runs() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    assert_eq!(revoke(&system, id).await.unwrap().ended, [id]);
    let worker = system
        .worker(|_: CountTestSets, _: Context| async { panic!("it must not run") as worker::Result<i64> });
    system.drain(KIND, &worker).await;
    assert_eq!(system.state(id).await.status, "REVOKED");
    assert!(revoke(&system, id).await.unwrap().ended.is_empty(), "a second revoke changes nothing");
}

#[tokio::test]
async fn another_organizations_task_cannot_be_revoked_or_retried() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let other = system.database.organization().await;
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    assert!(store::revoke(&mut tx, id).await.unwrap().is_none());
    assert!(store::retry(&mut tx, id, 0.0).await.unwrap().is_none());
}

#[tokio::test]
async fn a_running_handler_is_stopped_within_seconds_and_what_it_had_begun_is_gone() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let (began, begin) = tokio::sync::oneshot::channel();
    let began = std::sync::Mutex::new(Some(began));
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = dropped.clone();
    let worker = system.worker(move |_: CountTestSets, ctx: Context| {
        let (began, guard) = (began.lock().unwrap().take().unwrap(), SetWhenDropped(flag.clone()));
        async move {
            let _guard = guard;
            let mut tx = ctx.begin().await?;
            tx.enqueue(&ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::nil() }).await?;
            began.send(()).ok();
            std::future::pending::<()>().await;
            ctx.finish_in(tx);
            Ok(1)
        }
    });
    let wakes = system.messages.take_all();
    let revoked = async {
        begin.await.unwrap();
        revoke(&system, id).await;
        Instant::now()
    };
    let (revoked, ()) = tokio::join!(revoked, system.deliver(&worker, &wakes));
    assert!(revoked.elapsed() < Duration::from_secs(8), "{:?}", revoked.elapsed());
    assert!(dropped.load(Ordering::SeqCst), "the handler's future was cancelled");
    assert_eq!((system.state(id).await.status.as_str(), promises(&system).await), ("REVOKED", 0));
}

struct SetWhenDropped(Arc<AtomicBool>);

impl Drop for SetWhenDropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_failed_task_begins_anew_with_its_whole_budget_and_a_higher_attempt() {
    let system = System::new().await;
    let id = system.start_new(NewTask { max_retries: Some(1), ..NewTask::of(&CountTestSets {}) }).await;
    let broken =
        system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::permanent("no")) });
    system.drain(KIND, &broken).await;
    assert_eq!(system.state(id).await.status, "FAILURE");

    assert!(retry(&system, id).await);
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt, state.retries), ("PENDING", 2, Some(0)));
    assert!(state.error.is_none() && state.finished_at.is_none());
    assert!(!retry(&system, id).await, "it has not ended");
    system.drain(KIND, &system.worker(one)).await;
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt), ("SUCCESS", 2));
    assert!(!retry(&system, id).await, "it has succeeded");
}
