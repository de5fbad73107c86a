//! The same key answers the same task.

use std::collections::BTreeSet;

use catalog::CountTestSets;
use futures::future::join_all;
use store::{NewTask, bad_option};
use testing::System;
use uuid::Uuid;

use crate::lifecycle::promises;

fn keyed(key: &str) -> NewTask {
    NewTask { idempotency_key: Some(key.into()), ..NewTask::of(&CountTestSets {}) }
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_one_task_and_one_kick() {
    let system = System::new().await;
    let first = system.start_new(keyed("a")).await;
    let again = system.start_new(keyed("a")).await;
    assert_eq!(first, again);
    assert_eq!((promises(&system).await, system.messages.take_all().len()), (1, 1));
    assert_ne!(system.start_new(keyed("b")).await, first);
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let system = System::new().await;
    system.start_new(keyed("a")).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let other = NewTask { countdown: Some(5.0), ..keyed("a") };
    let error = store::enqueue(&mut tx, &[other]).await.unwrap_err();
    assert_eq!(bad_option(&error).unwrap().option, "idempotency_key");
}

#[tokio::test]
async fn rivals_with_one_key_get_one_task() {
    let system = System::new().await;
    let started = join_all((0..16).map(|_| system.start_new(keyed("race")))).await;
    assert_eq!(started.into_iter().collect::<BTreeSet<Uuid>>().len(), 1);
    assert_eq!((promises(&system).await, system.messages.take_all().len()), (1, 1));
}

#[tokio::test]
async fn lists_with_the_same_keys_in_other_orders_do_not_lock_each_other_out() {
    let system = System::new().await;
    let keys: Vec<String> = (0..40).map(|n| format!("key {n}")).collect();
    let list = |turn: usize| {
        let mut tasks: Vec<NewTask> = keys.iter().map(|key| keyed(key)).collect();
        tasks.rotate_left(turn * 7);
        tasks
    };
    let enqueue = async |turn| {
        let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
        store::enqueue(&mut tx, &list(turn)).await.unwrap();
        tx.commit().await.unwrap();
    };
    join_all((0..4).map(enqueue)).await;
    assert_eq!(promises(&system).await, 40);
}

#[tokio::test]
async fn a_key_belongs_to_one_organization() {
    let system = System::new().await;
    let first = system.start_new(keyed("a")).await;
    let other = system.database.organization().await;
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    let theirs = store::enqueue(&mut tx, &[keyed("a")]).await.unwrap();
    tx.commit().await.unwrap();
    assert_ne!(theirs.ids[0], first);
}
