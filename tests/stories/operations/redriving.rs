//! Ended tasks that are begun anew, many at a time.

use catalog::CountTestSets;
use sqlx::types::Uuid;
use store::{NewGroup, NewTask, Policy};
use task::Error;
use testing::System;
use worker::Context;

const KIND: &str = "count_test_sets";

async fn redrive(system: &System, ids: &[Uuid]) -> store::Result<usize> {
    let mut tx = system.api.begin(system.organization.tenant()).await?;
    let redriven = store::redrive(&mut tx, ids, 0.0).await?;
    tx.commit().await?;
    system.queue().dispatch(&redriven.wakes).await;
    Ok(redriven.ids.len())
}

async fn group(system: &System, members: usize) -> Vec<Uuid> {
    let members = (0..members).map(|_| NewTask::of(&CountTestSets {})).collect();
    let group = NewGroup {
        id: Uuid::now_v7(),
        window: 64,
        members,
        callback: None,
        policy: Policy::AllEnded,
        stops_on_failure: false,
        idempotency_key: None,
    };
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let enqueued = store::enqueue_group(&mut tx, &group).await.unwrap();
    tx.commit().await.unwrap();
    system.queue().dispatch(&enqueued.wakes).await;
    enqueued.ids
}

#[tokio::test]
async fn redrives_of_the_same_tasks_at_once_begin_each_task_once_and_never_wait_for_each_other_for_ever() {
    let system = System::new().await;
    let failing =
        system.worker(|_: CountTestSets, _: Context| async { Err::<i64, _>(Error::permanent("no")) });
    // Failed members of groups that are still unfinished: the redrive needs the groups' locks too.
    let mut failed = Vec::new();
    for _ in 0..4 {
        let ids = group(&system, 20).await;
        let wakes = system.messages.take(KIND, 20);
        system.deliver(&failing, &wakes[..19]).await;
        failed.extend(wakes[..19].iter().map(|wake| wake.task_id));
        assert_eq!(ids.len(), 20);
    }
    system.messages.take_all();
    let backwards: Vec<Uuid> = failed.iter().rev().copied().collect();
    let rotated: Vec<Uuid> = failed.iter().cycle().skip(31).take(failed.len()).copied().collect();
    let (one, two, three) =
        tokio::join!(redrive(&system, &failed), redrive(&system, &backwards), redrive(&system, &rotated));
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), failed.len());

    let worker = system.worker(|_: CountTestSets, _: Context| async { Ok(1) });
    system.drain(KIND, &worker).await;
    for id in failed {
        let state = system.state(id).await;
        assert_eq!((state.status.as_str(), state.attempt), ("SUCCESS", 2));
    }
}

#[tokio::test]
async fn a_redrive_leaves_alone_what_has_not_failed_and_what_is_anothers() {
    let system = System::new().await;
    let pending = system.start(&CountTestSets {}).await;
    let foreign = system.database.organization().await;
    let mut tx = system.api.begin(foreign.tenant()).await.unwrap();
    let theirs = store::enqueue(&mut tx, &[NewTask::of(&CountTestSets {})]).await.unwrap().ids[0];
    store::revoke(&mut tx, theirs).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(redrive(&system, &[pending, theirs, Uuid::now_v7()]).await.unwrap(), 0);
}
