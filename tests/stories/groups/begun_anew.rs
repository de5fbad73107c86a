//! What begins anew in a group: members count again, callbacks wait, and nobody begins before the time that was asked for.

use catalog::CountTestSets;
use store::{GroupState, NewGroup, NewTask, Policy, Retried};
use task::{Error, Wake};
use testing::System;
use uuid::Uuid;
use worker::{Context, Worker};

use crate::lifecycle::{promises, soon};

const KIND: &str = "count_test_sets";

fn plain() -> NewTask {
    NewTask::of(&CountTestSets {})
}

fn group(members: usize, window: u16, policy: Policy) -> NewGroup {
    NewGroup {
        id: Uuid::now_v7(),
        window,
        members: (0..members).map(|_| plain()).collect(),
        callback: Some(plain()),
        policy,
        stops_on_failure: false,
        idempotency_key: None,
    }
}

async fn start(system: &System, group: &NewGroup) -> Vec<Wake> {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let started = store::enqueue_group(&mut tx, group).await.unwrap();
    tx.commit().await.unwrap();
    started.wakes
}

async fn retry(system: &System, id: Uuid, countdown: f64) -> Retried {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let retried = store::retry(&mut tx, id, countdown).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    system.queue().dispatch(&retried.wakes).await;
    retried
}

async fn revoke(system: &System, id: Uuid) {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::revoke(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn look(system: &System, id: Uuid) -> GroupState {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    store::find_group(&mut tx, id).await.unwrap().unwrap()
}

async fn begins_in(system: &System, id: Uuid) -> Option<f64> {
    let statement =
        "select nullif(extract(epoch from nullif(not_before, 'infinity') - clock_timestamp()), null)::float8
       from tasks.outbox where task_id = $1";
    sql::query_scalar(statement).bind(id).fetch_one(system.database.owner()).await.unwrap()
}

fn passing(system: &System) -> Worker {
    system.worker(|_: CountTestSets, _: Context| async { Ok(1) })
}

fn failing(system: &System) -> Worker {
    system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::permanent("no")) })
}

#[tokio::test]
async fn a_revoked_callback_that_begins_anew_waits_for_the_members_again() {
    let system = System::new().await;
    let group = group(2, 2, Policy::AllEnded);
    let wakes = start(&system, &group).await;
    let callback = group.callback.as_ref().unwrap().id;
    revoke(&system, callback).await;
    assert!(retry(&system, callback, 0.0).await.wakes.is_empty(), "members are unfinished");
    system.deliver(&passing(&system), &[Wake { task_id: callback, attempt: 2, ..wakes[0].clone() }]).await;
    assert_eq!(system.state(callback).await.status, "PENDING", "no message lets it go");
    system.deliver(&passing(&system), &wakes).await;
    system.drain(KIND, &passing(&system)).await;
    assert_eq!(system.state(callback).await.status, "SUCCESS");
    assert!(look(&system, group.id).await.finished_at.is_some());
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_failed_member_that_succeeds_at_last_is_counted_so_and_lets_its_groups_callback_go() {
    let system = System::new().await;
    let group = group(2, 1, Policy::AllSucceeded);
    let wakes = start(&system, &group).await;
    system.deliver(&failing(&system), &wakes).await;
    system.drain(KIND, &passing(&system)).await;
    let callback = group.callback.as_ref().unwrap().id;
    assert_eq!(system.state(callback).await.status, "REVOKED");
    let ended = look(&system, group.id).await;
    assert_eq!((ended.done, ended.unsuccessful, ended.finished_at.is_some()), (2, 1, true));

    let again = retry(&system, group.members[0].id, 0.0).await;
    assert_eq!(again.wakes.len(), 1);
    let open = look(&system, group.id).await;
    assert_eq!((open.done, open.unsuccessful, open.finished_at), (1, 0, None));
    assert_eq!(system.state(callback).await.status, "PENDING", "it waits with its group");
    system.drain(KIND, &passing(&system)).await;
    assert_eq!(system.state(callback).await.status, "SUCCESS");
    let ended = look(&system, group.id).await;
    assert_eq!((ended.done, ended.unsuccessful, ended.finished_at.is_some()), (2, 0, true));
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_callback_that_ran_does_not_run_again_for_a_member_that_begins_anew() {
    let system = System::new().await;
    let group = group(1, 1, Policy::AllEnded);
    let wakes = start(&system, &group).await;
    system.deliver(&failing(&system), &wakes).await;
    system.drain(KIND, &passing(&system)).await;
    let callback = group.callback.as_ref().unwrap().id;
    let ran = system.state(callback).await;
    retry(&system, group.members[0].id, 0.0).await;
    system.drain(KIND, &passing(&system)).await;
    let state = system.state(callback).await;
    assert_eq!((state.status.as_str(), state.attempt), ("SUCCESS", ran.attempt));
    let ended = look(&system, group.id).await;
    assert_eq!((ended.unsuccessful, ended.finished_at.is_some()), (0, true));
}

#[tokio::test]
async fn a_callback_that_was_let_go_and_has_not_begun_waits_for_a_member_that_begins_anew() {
    let system = System::new().await;
    let group = group(1, 1, Policy::AllEnded);
    let wakes = start(&system, &group).await;
    system.deliver(&failing(&system), &wakes).await;
    let callback = group.callback.as_ref().unwrap().id;
    let fired = system.messages.take_all();
    assert_eq!(fired[0].task_id, callback);
    let again = retry(&system, group.members[0].id, 0.0).await;
    system.deliver(&passing(&system), &fired).await;
    assert_eq!(system.state(callback).await.status, "PENDING");
    system.deliver(&passing(&system), &again.wakes).await;
    drop(system.messages.take(KIND, 1));
    system.drain(KIND, &passing(&system)).await;
    assert_eq!(system.state(callback).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_callback_that_is_held_again_still_expires_also_if_its_claim_had_been_given_back() {
    let system = System::new().await;
    let mut group = group(1, 1, Policy::AllEnded);
    group.callback.as_mut().unwrap().expires_in = Some(500.0);
    let wakes = start(&system, &group).await;
    system.deliver(&failing(&system), &wakes).await;
    let callback = group.callback.as_ref().unwrap().id;
    sql::query("update tasks.outbox set attempt = 2 where task_id = $1")
        .bind(callback)
        .execute(system.database.owner())
        .await
        .unwrap();
    retry(&system, group.members[0].id, 0.0).await;
    let timer: (bool, bool) = sql::query_as(
        "select not_before = 'infinity', visible_at = expires_at from tasks.outbox where task_id = $1",
    )
    .bind(callback)
    .fetch_one(system.database.owner())
    .await
    .unwrap();
    assert_eq!(timer, (true, true), "it waits for the member, and no longer than it may");
}

#[tokio::test]
async fn members_of_a_chain_that_stopped_begin_anew_one_by_one_and_a_failure_stops_it_again() {
    let system = System::new().await;
    let chain = NewGroup::chain(vec![plain(), plain(), plain()]);
    let wakes = start(&system, &chain).await;
    system.deliver(&failing(&system), &wakes).await;
    let ids: Vec<Uuid> = chain.members.iter().map(|member| member.id).collect();
    let again = retry(&system, ids[0], 0.0).await;
    assert_eq!(again.wakes.len(), 1);
    assert!(retry(&system, ids[1], 0.0).await.wakes.is_empty(), "one at a time");
    system.drain(KIND, &passing(&system)).await;
    assert_eq!(system.state(ids[1]).await.status, "SUCCESS");
    let ended = look(&system, chain.id).await;
    assert_eq!((ended.done, ended.unsuccessful, ended.finished_at.is_some()), (3, 1, true));

    retry(&system, ids[2], 0.0).await;
    system.drain(KIND, &failing(&system)).await;
    assert_eq!(system.state(ids[2]).await.status, "FAILURE");
    assert!(look(&system, chain.id).await.finished_at.is_some());
}

#[tokio::test]
async fn a_member_begins_anew_no_sooner_than_was_asked_for_whether_its_place_is_free_or_not() {
    let system = System::new().await;
    let group = group(3, 1, Policy::AllEnded);
    let wakes = start(&system, &group).await;
    system.deliver(&failing(&system), &wakes).await;
    let (first, second) = (group.members[0].id, group.members[1].id);
    assert!(retry(&system, first, 600.0).await.wakes.is_empty(), "the place is taken");
    assert_eq!(begins_in(&system, first).await, None);
    let running = system.messages.take(KIND, 1);
    assert_eq!(running[0].task_id, second);
    system.deliver(&passing(&system), &running).await;
    let wait = begins_in(&system, first).await.unwrap();
    assert!((590.0..=600.0).contains(&wait), "{wait}");
    let wakes = system.messages.take_all();
    assert_eq!((wakes.len(), wakes[0].task_id), (1, first));
    assert!(wakes[0].wait_seconds > 590.0);
}

#[tokio::test]
async fn a_redrive_spreads_members_of_open_groups_and_single_tasks_by_its_rate() {
    let system = System::new().await;
    let group = group(4, 2, Policy::AllEnded);
    let wakes = start(&system, &group).await;
    system.deliver(&failing(&system), &wakes).await;
    let single = system.start(&CountTestSets {}).await;
    let alone: Vec<Wake> =
        system.messages.take_all().into_iter().filter(|wake| wake.task_id == single).collect();
    system.deliver(&failing(&system), &alone).await;
    let ids = [group.members[0].id, group.members[1].id, single];
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let redriven = store::redrive(&mut tx, &ids, 300.0).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(redriven.ids, ids);
    assert!((590.0..=600.0).contains(&begins_in(&system, single).await.unwrap()));
    // The two places are taken by the other members: when those end, the redriven ones are let go, each at its time.
    for member in &group.members[2..] {
        revoke(&system, member.id).await;
    }
    assert!(begins_in(&system, ids[0]).await.unwrap() <= 0.0);
    assert!((290.0..=300.0).contains(&begins_in(&system, ids[1]).await.unwrap()));
}

#[tokio::test]
async fn a_member_of_a_group_that_is_being_cancelled_does_not_begin_anew() {
    let system = System::new().await;
    let mut group = group(1001, 1, Policy::AllEnded);
    group.callback = None;
    start(&system, &group).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    assert_eq!(store::cancel_group(&mut tx, group.id).await.unwrap().unwrap().left, 1);
    tx.commit().await.unwrap();
    let refused = retry(&system, group.members[0].id, 0.0).await.refused.unwrap();
    assert!(refused.contains("is being cancelled"), "{refused}");
    assert_eq!(system.state(group.members[0].id).await.status, "REVOKED");
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    assert_eq!(retry(&system, group.members[0].id, 0.0).await.wakes.len(), 1, "it is over");
    system.drain(KIND, &passing(&system)).await;
    let ended = look(&system, group.id).await;
    assert_eq!((ended.unsuccessful, ended.cancelled_at, ended.finished_at.is_some()), (1000, None, true));
}
