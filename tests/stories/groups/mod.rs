//! Tasks that hand themselves over to a group.

mod begun_anew;
mod ends;
mod rare_ends;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use catalog::{CollectResults, ExecuteTest, ExecuteTestConfiguration, RunSummary, TestVerdict};
use task::Error;
use testing::System;
use uuid::Uuid;
use worker::{Context, End, Group, Worker};

use crate::lifecycle::{promises, soon};

const PARENT: &str = "execute_test_configuration";
const MEMBER: &str = "execute_test";
const CALLBACK: &str = "collect_results";

fn parent(system: &System, members: usize, window: u16) -> Worker {
    system.worker(move |_: ExecuteTestConfiguration, _: Context| async move {
        let test = |_| ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::now_v7() };
        Ok(End::HandOver(Group::new(
            (0..members).map(test),
            window,
            &CollectResults { test_run_id: Uuid::nil() },
        )))
    })
}

fn callback(system: &System, calls: &Arc<AtomicI64>) -> Worker {
    let calls = calls.clone();
    system.worker(move |_: CollectResults, _: Context| {
        let total = calls.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Ok(summary(total)) }
    })
}

fn summary(total: i64) -> RunSummary {
    let (test_configuration_id, test_run_id) = (Uuid::nil(), Uuid::nil());
    RunSummary {
        status: "completed".into(),
        test_configuration_id,
        test_run_id,
        total,
        passed: 0,
        failed: 0,
        errors: 0,
    }
}

async fn verdict(test: ExecuteTest, _: Context) -> worker::Result<TestVerdict> {
    Ok(TestVerdict { test_id: test.test_id, status: "Pass".into() })
}

async fn start(system: &System) -> Uuid {
    system.start(&ExecuteTestConfiguration { test_configuration_id: Uuid::nil() }).await
}

#[tokio::test]
async fn a_task_that_handed_itself_over_is_started_until_the_callback_ends_it() {
    let system = System::new().await;
    let id = start(&system).await;
    system.drain(PARENT, &parent(&system, 25, 10)).await;

    let state = system.state(id).await;
    assert_eq!(state.status, "STARTED");
    assert_eq!((state.progress.done, state.progress.total), (Some(0), Some(25)));

    let member = system.worker(verdict);
    for done in 1..=25 {
        let wakes = system.messages.take(MEMBER, 1);
        system.deliver(&member, &wakes).await;
        assert_eq!(system.state(id).await.progress.done, Some(done));
        assert_eq!(system.state(id).await.status, "STARTED");
    }
    let calls = Arc::new(AtomicI64::new(0));
    system.drain(CALLBACK, &callback(&system, &calls)).await;
    let state = system.state(id).await;
    assert_eq!(state.status, "SUCCESS");
    assert_eq!(state.result.unwrap()["total"], 1);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn never_more_members_are_in_flight_than_the_window_has_places() {
    let system = System::new().await;
    start(&system).await;
    system.drain(PARENT, &parent(&system, 40, 7)).await;
    let member = system.worker(verdict);
    let mut seen = 0;
    loop {
        let in_flight: i64 = sql::query_scalar(
            "select count(*) from tasks.outbox where position is not null and not_before < 'infinity'",
        )
        .fetch_one(system.database.owner())
        .await
        .unwrap();
        assert!(in_flight <= 7, "{in_flight}");
        let wakes = system.messages.take(MEMBER, 3);
        if wakes.is_empty() {
            break;
        }
        seen += wakes.len();
        system.deliver(&member, &wakes).await;
    }
    assert_eq!(seen, 40);
}

#[tokio::test]
async fn members_of_a_window_of_one_run_in_their_order() {
    let system = System::new().await;
    start(&system).await;
    system.drain(PARENT, &parent(&system, 5, 1)).await;
    let member = system.worker(verdict);
    for position in 0..5 {
        let wakes = system.messages.take(MEMBER, 10);
        assert_eq!(wakes.len(), 1);
        let at: i32 = sql::query_scalar("select position from tasks.outbox where task_id = $1")
            .bind(wakes[0].task_id)
            .fetch_one(system.database.owner())
            .await
            .unwrap();
        assert_eq!(at, position);
        system.deliver(&member, &wakes).await;
    }
}

#[tokio::test]
async fn an_empty_group_fires_its_callback_at_once() {
    let system = System::new().await;
    let id = start(&system).await;
    system.drain(PARENT, &parent(&system, 0, 10)).await;
    let calls = Arc::new(AtomicI64::new(0));
    system.drain(CALLBACK, &callback(&system, &calls)).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn members_that_fail_do_not_keep_the_callback_from_firing() {
    let system = System::new().await;
    let id = start(&system).await;
    system.drain(PARENT, &parent(&system, 12, 5)).await;
    let broken =
        system.worker(|_: ExecuteTest, _: Context| async { Err::<TestVerdict, _>(Error::permanent("no")) });
    system.drain(MEMBER, &broken).await;
    let calls = Arc::new(AtomicI64::new(0));
    system.drain(CALLBACK, &callback(&system, &calls)).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_callback_that_fails_for_good_fails_the_task_that_waits_for_it() {
    let system = System::new().await;
    let id = start(&system).await;
    system.drain(PARENT, &parent(&system, 1, 1)).await;
    system.drain(MEMBER, &system.worker(verdict)).await;
    let broken = system.worker(|_: CollectResults, _: Context| async {
        Err::<RunSummary, _>(Error::permanent("cannot count"))
    });
    system.drain(CALLBACK, &broken).await;
    let state = system.state(id).await;
    assert_eq!(state.status, "FAILURE");
    assert_eq!(state.error.unwrap()["message"], "cannot count");
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn members_that_end_at_the_same_instant_fire_the_callback_once() {
    let system = System::new().await;
    let id = start(&system).await;
    system.drain(PARENT, &parent(&system, 64, 64)).await;
    let member = system.worker(verdict);
    let wakes = system.messages.take(MEMBER, 64);
    assert_eq!(wakes.len(), 64);
    futures::future::join_all(wakes.chunks(4).map(|batch| system.deliver(&member, batch))).await;
    let fired = system.messages.take(CALLBACK, 10);
    assert_eq!(fired.len(), 1);
    let calls = Arc::new(AtomicI64::new(0));
    system.deliver(&callback(&system, &calls), &fired).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_group_whose_counters_are_wrong_is_mended_by_the_relay() {
    let system = System::new().await;
    let id = start(&system).await;
    system.drain(PARENT, &parent(&system, 3, 2)).await;
    system.messages.take_all();
    sql::query("update tasks.task_group set remaining = 1, free = 0, check_at = clock_timestamp()")
        .execute(system.database.owner())
        .await
        .unwrap();
    sql::query("update tasks.outbox set visible_at = clock_timestamp() where not_before < 'infinity'")
        .execute(system.database.owner())
        .await
        .unwrap();
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(swept.groups_corrected, 1);
    system.drain(MEMBER, &system.worker(verdict)).await;
    let calls = Arc::new(AtomicI64::new(0));
    system.drain(CALLBACK, &callback(&system, &calls)).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}
