use catalog::CountTestSets;
use store::NewTask;

use crate::world::World;

#[tokio::test]
async fn tasks_are_started_in_three_statements_and_one_commit_however_many() {
    let world = World::new().await;
    world.api.pool().await.unwrap().acquire().await.unwrap();
    for n in [1, 1000] {
        world.wire.take();
        let tasks: Vec<NewTask> = (0..n).map(|_| NewTask::of(&CountTestSets {})).collect();
        let mut tx = world.api.begin(world.system.organization.tenant()).await.unwrap();
        store::enqueue(&mut tx, &tasks).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.wire.take(), (3, 1), "begin and bind, enqueue, commit: {n} tasks");
    }
}
