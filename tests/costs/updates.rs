use crate::world::World;

/// The updates of a table that touched its indexes.
const INDEXED: &str = "select sum(n_tup_upd - n_tup_hot_upd)::bigint from pg_stat_user_tables
  where schemaname = 'tasks' and relname in ('task', 'outbox')";

const UPDATED: &str = "select sum(n_tup_upd)::bigint from pg_stat_user_tables
  where schemaname = 'tasks' and relname in ('task', 'outbox')";

#[tokio::test]
async fn claiming_and_ending_a_task_touches_no_index() {
    let world = World::new().await;
    let wakes = world.started(500).await;
    world.run(&wakes, || Ok(1)).await;
    // What a backend has counted is known when it has gone.
    world.function.close().await;
    while world.count(UPDATED).await < 1000 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(world.count(INDEXED).await, 0);
}
