//! However members end, the callback fires, once.

use catalog::{CollectResults, CountTestSets, ExecuteTest, TestVerdict};
use serde_json::json;
use store::{EnqueuedGroup, NewGroup, NewTask, Policy};
use task::Error;
use testing::System;
use uuid::Uuid;
use worker::{Context, Worker};

use crate::lifecycle::{promises, soon};

const MEMBER: &str = "execute_test";

fn member() -> NewTask {
    NewTask::of(&ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::nil() })
}

fn group(members: Vec<NewTask>, window: u16) -> NewGroup {
    let callback = Some(NewTask::of(&CountTestSets {}));
    let (policy, stops_on_failure, idempotency_key) = (Policy::AllEnded, false, None);
    NewGroup { id: Uuid::now_v7(), window, members, callback, policy, stops_on_failure, idempotency_key }
}

async fn start(system: &System, group: &NewGroup) -> EnqueuedGroup {
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let started = store::enqueue_group(&mut tx, group).await.unwrap();
    tx.commit().await.unwrap();
    system.queue().dispatch(&started.wakes).await;
    started
}

fn passing(system: &System) -> Worker {
    system.worker(|_: ExecuteTest, _: Context| async {
        Ok(TestVerdict { test_id: Uuid::nil(), status: "Pass".into() })
    })
}

fn failing(system: &System) -> Worker {
    system.worker(|_: ExecuteTest, _: Context| async { Err::<TestVerdict, _>(Error::permanent("no")) })
}

async fn count(system: &System) {
    system.drain("count_test_sets", &system.worker(|_: CountTestSets, _: Context| async { Ok(7) })).await;
}

async fn statuses(system: &System, ids: &[Uuid]) -> Vec<String> {
    let mut statuses = Vec::new();
    for id in ids {
        statuses.push(system.state(*id).await.status);
    }
    statuses
}

#[tokio::test]
async fn a_member_that_is_revoked_counts_as_ended_and_its_place_goes_to_the_next() {
    let system = System::new().await;
    let started = start(&system, &group(vec![member(), member(), member()], 1)).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let revoked = store::revoke(&mut tx, started.ids[0]).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(revoked.wakes[0].task_id, started.ids[1]);
    system.queue().dispatch(&revoked.wakes).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let waiting = store::revoke(&mut tx, started.ids[2]).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert!(waiting.wakes.is_empty(), "who held no place frees none");
    system.drain(MEMBER, &passing(&system)).await;
    count(&system).await;
    assert_eq!(statuses(&system, &started.ids).await, ["REVOKED", "SUCCESS", "REVOKED"]);
    assert_eq!(system.state(started.callback_id.unwrap()).await.status, "SUCCESS");
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn members_that_expire_or_get_lost_are_counted() {
    let system = System::new().await;
    let lost = NewTask { max_retries: Some(0), ..member() };
    let expiring = NewTask { expires_in: Some(60.0), ..member() };
    let started = start(&system, &group(vec![lost, expiring], 2)).await;
    let store = system.database.store_as("task_execute_test");
    let token = Uuid::now_v7();
    let asked = [store::Asked { task_id: started.ids[0], attempt: 1 }];
    store.claim(MEMBER, &asked, token, 1, "").await.unwrap();
    store.heartbeat(token, &[started.ids[0]]).await.unwrap();
    for id in &started.ids {
        system.pass(*id, 120.0).await;
    }
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    count(&system).await;
    assert_eq!(statuses(&system, &started.ids).await, ["FAILURE", "REVOKED"]);
    assert_eq!(system.state(started.callback_id.unwrap()).await.status, "SUCCESS");
}

#[tokio::test]
async fn under_the_policy_all_succeeded_a_failed_member_revokes_the_callback() {
    let system = System::new().await;
    let policy = Policy::AllSucceeded;
    let sound = start(&system, &NewGroup { policy, ..group(vec![member(), member()], 2) }).await;
    system.drain(MEMBER, &passing(&system)).await;
    count(&system).await;
    assert_eq!(system.state(sound.callback_id.unwrap()).await.status, "SUCCESS");

    let broken = start(&system, &NewGroup { policy, ..group(vec![member(), member()], 2) }).await;
    system.deliver(&failing(&system), &system.messages.take(MEMBER, 1)).await;
    system.drain(MEMBER, &passing(&system)).await;
    let callback = system.state(broken.callback_id.unwrap()).await;
    assert_eq!(callback.status, "REVOKED");
    assert_eq!(callback.error.unwrap()["message"], "1 of 2 members did not succeed");
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_chain_runs_in_order_and_stops_at_the_first_failure() {
    let system = System::new().await;
    let started = start(&system, &NewGroup::chain(vec![member(), member(), member(), member()])).await;
    let worker = passing(&system);
    for id in &started.ids[..2] {
        let wakes = system.messages.take(MEMBER, 10);
        assert_eq!((wakes.len(), wakes[0].task_id), (1, *id));
        system.deliver(&worker, &wakes).await;
    }
    system.deliver(&failing(&system), &system.messages.take(MEMBER, 10)).await;
    assert_eq!(statuses(&system, &started.ids).await, ["SUCCESS", "SUCCESS", "FAILURE", "REVOKED"]);
    assert!(system.messages.take_all().is_empty());
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_cancelled_group_stops_what_waits_and_what_runs_and_fires_its_callback() {
    let system = System::new().await;
    let new = group((0..8).map(|_| member()).collect(), 2);
    let started = start(&system, &new).await;
    let worker = system.worker(|_: ExecuteTest, _: Context| async {
        std::future::pending::<()>().await;
        Ok(TestVerdict { test_id: Uuid::nil(), status: String::new() })
    });
    let wakes = system.messages.take(MEMBER, 2);
    let cancel = async {
        while system.state(started.ids[0]).await.status != "STARTED" {
            tokio::task::yield_now().await;
        }
        let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
        let cancelled = store::cancel_group(&mut tx, new.id).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        system.queue().dispatch(&cancelled.wakes).await;
        cancelled
    };
    let (cancelled, ()) = tokio::join!(cancel, system.deliver(&worker, &wakes));
    assert_eq!((cancelled.ended.len(), cancelled.left), (8, 0));
    assert!(statuses(&system, &started.ids).await.iter().all(|status| status == "REVOKED"));
    count(&system).await;
    assert_eq!(system.state(started.callback_id.unwrap()).await.status, "SUCCESS");
}

#[tokio::test]
async fn a_member_that_is_begun_anew_is_counted_again() {
    let system = System::new().await;
    let started = start(&system, &group(vec![member(), member()], 1)).await;
    system.deliver(&failing(&system), &system.messages.take(MEMBER, 1)).await;
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let wakes = store::retry(&mut tx, started.ids[0], 0.0).await.unwrap().unwrap().wakes;
    tx.commit().await.unwrap();
    assert!(wakes.is_empty(), "the one place of the window is taken");
    system.drain(MEMBER, &passing(&system)).await;
    count(&system).await;
    assert_eq!(statuses(&system, &started.ids).await, ["SUCCESS", "SUCCESS"]);
    assert_eq!(promises(&system).await, 0);
}

#[tokio::test]
async fn a_group_of_a_hundred_thousand_starts_releases_and_ends() {
    let system = System::new().await;
    let test = json!({ "test_run_id": Uuid::nil(), "test_id": Uuid::nil() });
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let id = Uuid::now_v7();
    sql::query(
        "select tasks.enqueue_group(jsonb_build_object('id', $1, 'window', 64,
           'callback', jsonb_build_object('kind', 'collect_results', 'args', jsonb_build_object('test_run_id', $1)),
           'members', (select jsonb_agg(jsonb_build_object('kind', 'execute_test', 'args', $2)) from generate_series(1, 100000))))",
    )
    .bind(id)
    .bind(test)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let counts = "select total, remaining, free, next_position from tasks.task_group where id = $1";
    let count = async || -> (i32, i32, i32, i32) {
        sql::query_as(counts).bind(id).fetch_one(system.database.owner()).await.unwrap()
    };
    assert_eq!(count().await, (100_000, 100_000, 0, 64));
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    // Where so many took longer to start than a lost message is waited for, it has sent the first again.
    drop(system.messages.take(MEMBER, 64));
    let due = "update tasks.outbox set visible_at = clock_timestamp() where not_before < 'infinity'";
    sql::query(due).execute(system.database.owner()).await.unwrap();
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    let worker = passing(&system);
    for _ in 0..20 {
        system.deliver(&worker, &system.messages.take(MEMBER, 10)).await;
    }
    assert_eq!(count().await, (100_000, 99_800, 0, 264));

    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let cancelled = store::cancel_group(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((cancelled.ended.len(), cancelled.left), (1000, 98_800));
    relay::sweep(&system.relay, &system.queue(), soon()).await.unwrap();
    let collect = CollectResults { test_run_id: id };
    assert_eq!(count().await.1, 0, "the relay ended the rest, then {collect:?} is fired");
    assert_eq!(system.messages.take("collect_results", 10).len(), 1);
}
