//! Functions that die, messages that are lost, zombies that come back.

mod deaths;
mod poisonous;

use std::time::Duration;

use catalog::CountTestSets;
use store::{Answer, Asked, Claimed, Ending, NewTask, Store};
use task::Wake;
use testing::System;
use uuid::Uuid;
use worker::Context;

use crate::lifecycle::soon;

const KIND: &str = "count_test_sets";

async fn one(_: CountTestSets, _: Context) -> worker::Result<i64> {
    Ok(1)
}

async fn claim(store: &Store, wake: &Wake, token: Uuid) -> Vec<Answer> {
    let asked = [Asked { task_id: wake.task_id, attempt: wake.attempt }];
    store.claim(KIND, &asked, token, 1, "request stream").await.unwrap()
}

async fn claimed(store: &Store, wake: &Wake, token: Uuid) -> Claimed {
    match claim(store, wake, token).await.remove(0) {
        Answer::Claimed(claimed) => claimed,
        refused @ Answer::Refused(..) => panic!("{refused:?}"),
    }
}

#[tokio::test]
async fn a_task_whose_message_was_lost_is_sent_again_by_the_relay() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    system.messages.take_all();
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert!(system.messages.take_all().is_empty(), "the first message may still be on its way");

    system.pass(id, 31.0).await;
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(swept.sent, 1);
    system.drain(KIND, &system.worker(one)).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_crash_after_the_handler_began_costs_one_retry_and_the_next_attempt_ends_the_task() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let store = system.database.store_as("task_count_test_sets");
    let token = Uuid::now_v7();
    claimed(&store, &system.messages.take_all()[0], token).await;

    system.pass(id, 61.0).await;
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(swept.overdue, 1);
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt, state.retries), ("RETRY", 2, Some(1)));

    system.pass(id, 60.0).await;
    system.drain(KIND, &system.worker(one)).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn an_attempt_that_never_began_costs_nothing() {
    let system = System::new().await;
    let id = system.start_new(NewTask { max_retries: Some(0), ..NewTask::of(&CountTestSets {}) }).await;
    let store = system.database.store_as("task_count_test_sets");
    let wakes = system.messages.take_all();
    // A function that dies before it has the answer does not come back with the commit.
    let mut unheard = store.pool().await.unwrap().begin().await.unwrap();
    let asked = sqlx::types::Json([Asked { task_id: id, attempt: 1 }]);
    sql::query("select tasks.claim('count_test_sets', $1, $2, 1, 'request stream')")
        .bind(asked)
        .bind(Uuid::now_v7())
        .execute(&mut *unheard)
        .await
        .unwrap();
    drop(unheard);

    system.deliver(&system.worker(one), &wakes).await;
    assert_eq!(system.state(id).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_task_that_is_lost_too_often_fails() {
    let system = System::new().await;
    let id = system.start_new(NewTask { max_retries: Some(1), ..NewTask::of(&CountTestSets {}) }).await;
    let store = system.database.store_as("task_count_test_sets");
    for _ in 0..2 {
        let token = Uuid::now_v7();
        system.pass(id, 10.0).await;
        claimed(&store, &system.messages.take_all()[0], token).await;
        store.heartbeat(token, &[id]).await.unwrap();
        system.pass(id, 61.0).await;
        relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    }
    let state = system.state(id).await;
    assert_eq!(state.status, "FAILURE");
    assert_eq!(state.error.unwrap()["type"], "Lost");
}

#[tokio::test]
async fn a_living_lease_is_not_declared_lost() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let store = system.database.store_as("task_count_test_sets");
    let token = Uuid::now_v7();
    claimed(&store, &system.messages.take_all()[0], token).await;
    let is_alive = async || {
        let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
        assert_eq!((swept.overdue, swept.sent), (0, 0));
        assert_eq!(system.state(id).await.status, "STARTED");
    };
    system.pass(id, 24.0).await;
    is_alive().await;
    store.heartbeat(token, &[id]).await.unwrap();
    system.pass(id, 44.0).await;
    is_alive().await;
}

#[tokio::test]
async fn a_zombie_changes_nothing() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let store = system.database.store_as("task_count_test_sets");
    let token = Uuid::now_v7();
    let zombie = claimed(&store, &system.messages.take_all()[0], token).await;
    system.pass(id, 61.0).await;
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();

    let late = Ending::success(id, zombie.attempt, serde_json::json!(666));
    assert!(store.finish(token, std::slice::from_ref(&late)).await.unwrap().ended.is_empty());
    assert!(store.heartbeat(token, &[id]).await.unwrap().is_empty());
    system.pass(id, 60.0).await;
    system.drain(KIND, &system.worker(one)).await;
    assert!(store.finish(token, &[late]).await.unwrap().ended.is_empty());
    assert_eq!(system.state(id).await.result, Some(serde_json::json!(1)));
}

#[tokio::test]
async fn a_zombie_that_comes_back_is_counted() {
    let recorder = metrics_util::debugging::DebuggingRecorder::new();
    let seen = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let (relay, queue) = (system.relay.clone(), system.queue());
    let owner = system.database.owner().clone();
    let worker = system.worker(move |_: CountTestSets, _: Context| {
        let (relay, queue, owner) = (relay.clone(), queue.clone(), owner.clone());
        async move {
            // While it works its lease runs out: it had no chance to say that it lives.
            sql::query("update tasks.outbox set visible_at = clock_timestamp()").execute(&owner).await?;
            relay::sweep(&relay, &queue, soon()).await?;
            Ok(666)
        }
    });
    system.deliver(&worker, &system.messages.take_all()).await;
    assert_eq!(system.state(id).await.status, "RETRY");
    let zombies: Vec<_> = seen
        .snapshot()
        .into_vec()
        .into_iter()
        .filter(|(key, ..)| key.key().name() == "zombies_fenced")
        .map(|(.., value)| value)
        .collect();
    assert_eq!(zombies, [metrics_util::debugging::DebugValue::Counter(1)]);
}

#[tokio::test]
async fn after_an_outage_no_lease_is_judged_before_it_had_its_time() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let store = system.database.store_as("task_count_test_sets");
    claimed(&store, &system.messages.take_all()[0], Uuid::now_v7()).await;
    sql::query("update tasks.relay set swept_at = swept_at - interval '10 minutes'")
        .execute(system.database.owner())
        .await
        .unwrap();
    system.pass(id, 600.0).await;
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert!(swept.after_gap && swept.overdue == 0, "{swept:?}");
    assert_eq!(system.state(id).await.status, "STARTED");
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_can_be_repeated_by_its_invocation_and_by_no_other() {
    let system = System::new().await;
    system.start(&CountTestSets {}).await;
    let store = system.database.store_as("task_count_test_sets");
    let (token, wakes) = (Uuid::now_v7(), system.messages.take_all());
    claimed(&store, &wakes[0], token).await;
    claimed(&store, &wakes[0], token).await;
    assert!(matches!(claim(&store, &wakes[0], Uuid::now_v7()).await[0], Answer::Refused(..)));
}

#[tokio::test]
async fn a_handler_that_outlives_its_limit_is_recorded_as_timed_out() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(|_: CountTestSets, _: Context| async {
        std::future::pending::<()>().await;
        Ok(1)
    });
    let asked = [Asked { task_id: id, attempt: 1 }];
    // Four seconds until Lambda ends the function, of which three are kept for writing the end.
    let invocation = worker::Invocation::new("request", "stream", Duration::from_secs(4));
    worker.work(&asked, &invocation).await.unwrap();
    let state = system.state(id).await;
    assert_eq!((state.status.as_str(), state.attempt, state.retries), ("RETRY", 2, Some(1)));
}
