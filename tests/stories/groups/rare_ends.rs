//! Ends that come where nobody looks for them: each was found by the model in `tests/model`.

use catalog::{CollectResults, CountTestSets, ExecuteTest};
use store::{Answer, Asked, Ending, Group, NewGroup, NewTask, Policy, Store};
use task::Wake;
use testing::System;
use uuid::Uuid;

use crate::lifecycle::soon;

const KIND: &str = "count_test_sets";

fn plain() -> NewTask {
    NewTask::of(&CountTestSets {})
}

fn group(members: usize, window: u16) -> NewGroup {
    NewGroup {
        id: Uuid::now_v7(),
        window,
        members: (0..members).map(|_| plain()).collect(),
        callback: Some(plain()),
        policy: Policy::AllEnded,
        stops_on_failure: false,
        idempotency_key: None,
    }
}

async fn start_group(system: &System, group: &NewGroup) -> Vec<Wake> {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let started = store::enqueue_group(&mut tx, group).await.unwrap();
    tx.commit().await.unwrap();
    started.wakes
}

async fn revoke(system: &System, id: Uuid) {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::revoke(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn cancel(system: &System, id: Uuid) -> bool {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let cancelled = store::cancel_group(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    cancelled.is_some()
}

/// The token and the number of a claimed attempt, or none if it was refused.
async fn claim(store: &Store, task_id: Uuid, attempt: i32) -> Option<(Uuid, i32)> {
    claim_of(KIND, store, task_id, attempt).await
}

async fn claim_test(store: &Store, task_id: Uuid, attempt: i32) -> Option<(Uuid, i32)> {
    claim_of("execute_test", store, task_id, attempt).await
}

async fn claim_of(kind: &str, store: &Store, task_id: Uuid, attempt: i32) -> Option<(Uuid, i32)> {
    let token = Uuid::now_v7();
    let asked = [Asked { task_id, attempt }];
    match store.claim(kind, &asked, token, 1, "request stream").await.unwrap().remove(0) {
        Answer::Claimed(_) => Some((token, attempt)),
        Answer::Refused(..) => None,
    }
}

async fn finished(system: &System, group: Uuid) -> bool {
    sqlx::query_scalar("select finished_at is not null from tasks.task_group where id = $1")
        .bind(group)
        .fetch_one(system.database.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_member_that_expires_while_it_waits_for_its_window_does_not_stop_the_sweep() {
    let system = System::new().await;
    let mut group = group(2, 1);
    group.members[1].expires_in = Some(50.0);
    start_group(&system, &group).await;
    let other = system.start_new(NewTask { countdown: Some(2000.0), ..plain() }).await;
    system.pass(other, 1990.0).await;
    let swept = relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(swept.sent, 1, "the other task, not the waiting member");
    system.pass(group.members[1].id, 51.0).await;
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(system.state(group.members[1].id).await.status, "REVOKED");
}

#[tokio::test]
async fn a_group_whose_callback_was_revoked_goes_on_and_can_be_cancelled() {
    let system = System::new().await;
    let group = group(2, 1);
    start_group(&system, &group).await;
    revoke(&system, group.callback.as_ref().unwrap().id).await;
    assert!(!finished(&system, group.id).await, "two members are left, and the relay looks after them");
    assert!(cancel(&system, group.id).await);
    assert_eq!(system.state(group.members[1].id).await.status, "REVOKED");
    assert!(finished(&system, group.id).await);
}

#[tokio::test]
async fn a_member_that_waits_for_a_group_of_its_own_takes_it_along_when_its_group_is_cancelled() {
    let system = System::new().await;
    let outer = group(1, 1);
    start_group(&system, &outer).await;
    let store = system.database.store_as("task_count_test_sets");
    let member = outer.members[0].id;
    let (token, attempt) = claim(&store, member, 1).await.unwrap();
    let test = ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::nil() };
    let inner = Group::new([test], 1, &CollectResults { test_run_id: Uuid::nil() });
    let inside = store.hand_over(token, member, attempt, &inner).await.unwrap().wakes[0].task_id;

    assert!(cancel(&system, outer.id).await);
    assert_eq!(system.state(member).await.status, "REVOKED");
    assert_eq!(system.state(inside).await.status, "REVOKED", "in the same commit");
}

#[tokio::test]
async fn cancelling_goes_to_the_bottom_and_what_runs_there_writes_nothing_any_more() {
    let system = System::new().await;
    let top = group(1, 1);
    start_group(&system, &top).await;
    let (counts, tests) =
        (system.database.store_as("task_count_test_sets"), system.database.store_as("task_execute_test"));
    let test = ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::nil() };
    let (token, attempt) = claim(&counts, top.members[0].id, 1).await.unwrap();
    let middle = Group::new([test.clone(), test.clone()], 2, &CollectResults { test_run_id: Uuid::nil() });
    let middle = counts.hand_over(token, top.members[0].id, attempt, &middle).await.unwrap().wakes;
    let (token, attempt) = claim_test(&tests, middle[0].task_id, 1).await.unwrap();
    let bottom = Group::new([test.clone(), test], 1, &CollectResults { test_run_id: Uuid::nil() });
    let bottom = tests.hand_over(token, middle[0].task_id, attempt, &bottom).await.unwrap().wakes;
    let running = claim_test(&tests, bottom[0].task_id, 1).await.unwrap();

    assert!(cancel(&system, top.id).await);
    for id in [middle[0].task_id, middle[1].task_id, bottom[0].task_id] {
        assert_eq!(system.state(id).await.status, "REVOKED");
    }
    let late = Ending::success(bottom[0].task_id, running.1, serde_json::json!({}));
    assert!(tests.finish(running.0, &[late]).await.unwrap().ended.is_empty(), "its end comes too late");
    let open: i64 = sqlx::query_scalar("select count(*) from tasks.outbox where position is not null")
        .fetch_one(system.database.owner())
        .await
        .unwrap();
    assert_eq!(open, 0, "also what had not begun");
}

#[tokio::test]
async fn a_place_under_a_limit_is_passed_on_by_a_task_that_hands_itself_over_and_by_one_that_is_revoked() {
    let system = System::new().await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::set_limit(&mut tx, "key", Some(1), None).await.unwrap();
    tx.commit().await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(system.start_new(NewTask { limit_key: Some("key".into()), ..plain() }).await);
    }
    let store = system.database.store_as("task_count_test_sets");
    let (token, attempt) = claim(&store, ids[0], 1).await.unwrap();
    for waiter in &ids[1..] {
        assert!(claim(&store, *waiter, 1).await.is_none(), "there is one place");
    }
    let group = Group::new(Vec::<ExecuteTest>::new(), 1, &CollectResults { test_run_id: Uuid::nil() });
    let wakes = store.hand_over(token, ids[0], attempt, &group).await.unwrap().wakes;
    assert!(wakes.iter().any(|wake| wake.task_id == ids[1]), "it waits without a place: {wakes:?}");

    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let wakes = store::revoke(&mut tx, ids[1]).await.unwrap().unwrap().wakes;
    tx.commit().await.unwrap();
    assert_eq!(wakes[0].task_id, ids[2], "the place that was meant for it");
    let (token, attempt) = claim(&store, ids[2], 1).await.unwrap();
    let wakes =
        store.finish(token, &[Ending::success(ids[2], attempt, serde_json::json!(1))]).await.unwrap().wakes;
    assert_eq!(wakes[0].task_id, ids[3]);
}
