//! Whoever looks at a task that has ended is told when its last attempt began.

use std::time::Duration;

use catalog::{CollectResults, CountTestSets, ExecuteTest};
use chrono::{DateTime, Utc};
use store::{Group, NewTask};
use task::Error;
use testing::System;
use uuid::Uuid;
use worker::{Context, End};

const KIND: &str = "count_test_sets";

fn plain() -> NewTask {
    NewTask::of(&CountTestSets {})
}

/// When it began and how long that was before its end, in milliseconds.
async fn ran(system: &System, id: Uuid) -> (DateTime<Utc>, i64) {
    let state = system.state(id).await;
    let (started, finished) = (state.started_at.unwrap(), state.finished_at.unwrap());
    assert!(state.created_at <= started && started <= finished);
    (started, (finished - started).num_milliseconds())
}

#[tokio::test]
async fn an_ended_task_says_when_its_last_attempt_began() {
    let system = System::new().await;
    let slow = system.worker(|_: CountTestSets, _: Context| async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        Ok(1)
    });
    // Alone, and with a key, whose end takes another way.
    for new in [plain(), NewTask { limit_key: Some("k".into()), ..plain() }] {
        let id = system.start_new(new).await;
        system.drain(KIND, &slow).await;
        assert!(ran(&system, id).await.1 >= 60);
    }
    let failing =
        system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::permanent("no")) });
    let id = system.start_new(plain()).await;
    system.drain(KIND, &failing).await;
    ran(&system, id).await;
}

#[tokio::test]
async fn a_task_that_was_repeated_tells_of_its_last_attempt_and_one_that_never_began_of_none() {
    let system = System::new().await;
    let id = system.start_new(plain()).await;
    let again = system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::retry("busy")) });
    system.deliver(&again, &system.messages.take_all()).await;
    let between = system.state(id).await;
    assert_eq!((between.status.as_str(), between.started_at), ("RETRY", None));
    system.pass(id, 10.0).await;
    let first_ended = between.attempts.0[0].ended_at;
    system.drain(KIND, &system.worker(|_: CountTestSets, _: Context| async { Ok(1) })).await;
    assert!(ran(&system, id).await.0 >= first_ended);

    let never = system.start_new(plain()).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::revoke(&mut tx, never).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(system.state(never).await.started_at, None);
}

#[tokio::test]
async fn a_task_that_was_handed_over_began_when_it_was_and_begins_anew_without_a_past() {
    let system = System::new().await;
    let id = system.start_new(plain()).await;
    let parent = system.worker(|_: CountTestSets, _: Context| async {
        let none = Vec::<ExecuteTest>::new();
        Ok(End::<i64>::HandOver(Group::new(none, 1, &CollectResults { test_run_id: Uuid::nil() })))
    });
    system.drain(KIND, &parent).await;
    let began = system.state(id).await.started_at.unwrap();
    let callback = system.messages.take("collect_results", 1);
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::revoke(&mut tx, callback[0].task_id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((system.state(id).await.status.as_str(), ran(&system, id).await.0), ("FAILURE", began));
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::retry(&mut tx, id, 60.0).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(system.state(id).await.started_at, None);
}
