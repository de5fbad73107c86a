//! A task's ordinary life.

use catalog::{CountTestSets, ExecuteTest, TestVerdict};
use serde_json::json;
use sqlx::types::Uuid;
use store::NewTask;
use task::Error;
use testing::System;
use worker::Context;

const KIND: &str = "count_test_sets";

async fn forty_two(_: CountTestSets, _: Context) -> worker::Result<i64> {
    Ok(42)
}

#[tokio::test]
async fn a_started_task_is_pending_then_runs_and_answers_its_result() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    assert_eq!(system.state(id).await.status, "PENDING");

    let worker = system.worker(forty_two);
    system.drain(KIND, &worker).await;

    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.result, state.attempt), ("SUCCESS", Some(json!(42)), 1));
    assert!(state.finished_at.is_some());
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn while_a_handler_runs_its_task_is_started() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let (began, begin) = tokio::sync::oneshot::channel();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let channels = std::sync::Mutex::new(Some((began, ended)));
    let worker = system.worker(move |_: CountTestSets, _: Context| {
        let (began, ended) = channels.lock().unwrap().take().unwrap();
        async move {
            began.send(()).ok();
            ended.await.ok();
            Ok(1)
        }
    });
    let wakes = system.messages.take_all();
    let look = async {
        begin.await.unwrap();
        assert_eq!(system.state(id).await.status, "STARTED");
        end.send(()).unwrap();
    };
    tokio::join!(system.deliver(&worker, &wakes), look);
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_task_of_a_rolled_back_transaction_never_was() {
    let system = System::new().await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::enqueue(&mut tx, &[NewTask::of(&CountTestSets {})]).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(promises(&system).await, 0);
    let tasks: i64 = sql::query_scalar("select count(*) from tasks.task")
        .fetch_one(system.database.owner())
        .await
        .unwrap();
    assert_eq!(tasks, 0);
}

#[tokio::test]
async fn one_task_can_be_started_by_one_sql_function() {
    let system = System::new().await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let id: Uuid =
        sql::query_scalar("select tasks.enqueue('count_test_sets')").fetch_one(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();

    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    system.drain(KIND, &system.worker(forty_two)).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn an_unknown_kind_is_refused_and_nothing_is_written() {
    let system = System::new().await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let refused = store::enqueue(&mut tx, &[NewTask::named("make_coffee", json!({}))]).await.unwrap_err();
    assert!(refused.to_string().contains("kind: there is no task of the kind 'make_coffee'"), "{refused}");
}

#[tokio::test]
async fn a_countdown_task_does_not_start_early_whatever_messages_say() {
    let system = System::new().await;
    let new = NewTask { countdown: Some(30.0), ..NewTask::of(&CountTestSets {}) };
    let id = system.start_new(new).await;
    let worker = system.worker(forty_two);

    let wakes = system.messages.take_all();
    assert_eq!(wakes[0].delay_seconds(), 30);
    system.deliver(&worker, &wakes).await;
    assert_eq!(system.state(id).await.status, "PENDING");
    let again = system.messages.take_all();
    assert!(again.len() == 1 && again[0].delay_seconds() > 25, "sent again with the wait: {again:?}");

    system.pass(id, 30.0).await;
    system.deliver(&worker, &again).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_message_that_comes_again_runs_nothing() {
    let system = System::new().await;
    system.start(&CountTestSets {}).await;
    let runs = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = runs.clone();
    let worker = system.worker(move |_: CountTestSets, _: Context| {
        seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async { Ok(0) }
    });
    let wakes = system.messages.take_all();
    tokio::join!(
        system.deliver(&worker, &wakes),
        system.deliver(&worker, &wakes),
        system.deliver(&worker, &wakes)
    );
    system.deliver(&worker, &wakes).await;
    assert_eq!(runs.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_a_handler_writes_its_children_and_its_end_are_one_commit() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let child = ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::nil() };
    let first = child.clone();
    let failing = system.worker(move |_: CountTestSets, ctx: Context| {
        let child = first.clone();
        async move {
            let mut tx = ctx.begin().await?;
            tx.enqueue(&child).await?;
            ctx.finish_in(tx);
            Err::<i64, _>(Error::retry("after all"))
        }
    });
    system.deliver(&failing, &system.messages.take(KIND, 1)).await;
    assert_eq!(promises(&system).await, 1, "the child of the failed attempt never was");

    let fine = system.worker(move |_: CountTestSets, ctx: Context| {
        let child = child.clone();
        async move {
            let mut tx = ctx.begin().await?;
            tx.enqueue(&child).await?;
            ctx.finish_in(tx);
            Ok(7)
        }
    });
    system.pass(id, 10.0).await;
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    system.drain(KIND, &fine).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
    let verdict = |_: ExecuteTest, _: Context| async {
        Ok(TestVerdict { test_id: Uuid::nil(), status: "Pass".into() })
    };
    let worker = system.worker(verdict);
    system.drain("execute_test", &worker).await;
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_handler_has_one_transaction_at_a_time_and_is_told_so() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        let first = ctx.begin().await?;
        let beside = ctx.clone().begin().await.unwrap_err().to_string();
        drop(first);
        ctx.begin().await?.commit().await?;
        let last = ctx.begin().await?;
        ctx.finish_in(last);
        let behind = ctx.begin().await.unwrap_err().to_string();
        assert_eq!(beside, behind);
        Err::<i64, _>(Error::permanent(beside))
    });
    system.drain(KIND, &worker).await;
    let error = system.state(id).await.error.unwrap();
    assert!(error.to_string().contains("a handler has one transaction at a time"), "{error}");
}

/// Unfinished tasks.
pub(crate) async fn promises(system: &System) -> i64 {
    sql::query_scalar("select count(*) from tasks.outbox").fetch_one(system.database.owner()).await.unwrap()
}

/// A deadline that is far enough.
pub(crate) fn soon() -> std::time::SystemTime {
    std::time::SystemTime::now() + std::time::Duration::from_secs(60)
}
