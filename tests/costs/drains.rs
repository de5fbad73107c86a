use catalog::CountTestSets;
use store::{NewGroup, NewTask, Policy};
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
    let group = NewGroup {
        id: Uuid::now_v7(),
        window: 10,
        members: (0..20).map(|_| NewTask::of(&CountTestSets {})).collect(),
        callback: Some(NewTask::of(&CountTestSets {})),
        policy: Policy::AllEnded,
        stops_on_failure: false,
    };
    let mut tx = world.system.api.begin(world.system.organization.tenant()).await.unwrap();
    let wakes = store::enqueue_group(&mut tx, &group).await.unwrap().wakes;
    tx.commit().await.unwrap();
    assert_eq!(wakes.len(), 10);
    assert_eq!(world.run(&wakes, SUCCEED).await, batch());
    assert_eq!(world.system.messages.take_all().len(), 10, "the ends let the next ten go");
}
