use catalog::CountTestSets;
use store::{NewGroup, NewTask, Policy};
use task::Wake;
use uuid::Uuid;

use crate::world::World;

const SUCCEED: fn() -> worker::Result<i64> = || Ok(1);
const FAIL: fn() -> worker::Result<i64> = || Err(std::io::Error::other("not now").into());

/// Begin, claim, commit; finish: whatever the size of the batch. Through a pooler the last has a begin and a commit too.
fn batch() -> (usize, usize) {
    (if sql::pooled() { 6 } else { 4 }, 2)
}

#[tokio::test]
async fn a_batch_is_claimed_run_and_ended_in_two_commits_whatever_its_size() {
    for n in [1, 10, 1000] {
        let world = World::new().await;
        let wakes = world.started(n).await;
        assert_eq!(world.run(&wakes, SUCCEED).await, batch(), "statements and commits of {n}");
        assert_eq!(world.count("select count(*) from tasks.task where status = 'SUCCESS'").await, n as i64);
    }
}

#[tokio::test]
async fn a_retry_costs_no_statement_more_than_a_success() {
    let world = World::new().await;
    let wakes = world.started(10).await;
    assert_eq!(world.run(&wakes, FAIL).await, batch());
    assert_eq!(world.count("select count(*) from tasks.outbox where retries = 1").await, 10);
}

#[tokio::test]
async fn members_of_a_group_cost_no_statement_more_than_single_tasks() {
    let world = World::new().await;
    let wakes = group_of(&world, 20).await;
    assert_eq!(wakes.len(), 10);
    assert_eq!(world.run(&wakes, SUCCEED).await, batch());
    assert_eq!(world.system.messages.take_all().len(), 10, "the ends let the next ten go");
}

/// Entries of the index over a group's members that were read.
const READ: &str = "select idx_tup_read from pg_stat_user_indexes where indexrelname = 'outbox_by_group'";

#[tokio::test]
async fn the_next_members_are_let_go_without_a_look_at_those_behind_them() {
    let world = World::new().await;
    let wakes = group_of(&world, 2000).await;
    world.run(&wakes, SUCCEED).await;
    // What a backend has counted is known when it has gone.
    world.function.close().await;
    while world.count(READ).await < 10 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let read = world.count(READ).await;
    assert!(read < 100, "{read} entries for ten members");
}

/// Starts a group behind a window of ten; answers the wake-up calls of the first.
async fn group_of(world: &World, members: usize) -> Vec<Wake> {
    let group = NewGroup {
        id: Uuid::now_v7(),
        window: 10,
        members: (0..members).map(|_| NewTask::of(&CountTestSets {})).collect(),
        callback: Some(NewTask::of(&CountTestSets {})),
        policy: Policy::AllEnded,
        stops_on_failure: false,
        idempotency_key: None,
    };
    let mut tx = world.system.api.begin(world.system.organization.tenant()).await.unwrap();
    let wakes = store::enqueue_group(&mut tx, &group).await.unwrap().wakes;
    tx.commit().await.unwrap();
    wakes
}
