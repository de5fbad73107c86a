use catalog::CountTestSets;
use store::NewTask;

use crate::world::World;

fn tasks(n: usize) -> Vec<NewTask> {
    (0..n).map(|_| NewTask::of(&CountTestSets {})).collect()
}

#[tokio::test]
async fn tasks_are_started_in_three_statements_and_one_commit_however_many() {
    let world = World::new().await;
    world.api.pool().await.unwrap().acquire().await.unwrap();
    for n in [1, 1000] {
        world.wire.take();
        let mut tx = world.api.begin(world.system.organization.tenant()).await.unwrap();
        store::enqueue(&mut tx, &tasks(n)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.wire.take(), (3, 1), "begin and bind, enqueue, commit: {n} tasks");
    }
}

#[tokio::test]
async fn tasks_that_share_all_but_arguments_are_started_in_one_statement_if_nothing_else_is_to_be_written() {
    let world = World::new().await;
    world.api.pool().await.unwrap().acquire().await.unwrap();
    for n in [1, 1000] {
        world.wire.take();
        world.api.start(world.system.organization.tenant(), &tasks(n)).await.unwrap();
        // Through a pooler a statement without a name needs a transaction around it.
        assert_eq!(world.wire.take(), (if sql::pooled() { 3 } else { 1 }, 1), "{n} tasks");
    }
}
