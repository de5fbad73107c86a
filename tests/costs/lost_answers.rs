use uuid::Uuid;

use crate::world::{KIND, World, asked};

#[tokio::test]
async fn a_claim_whose_answer_did_not_arrive_was_none() {
    let world = World::new().await;
    let wakes = world.started(1).await;
    world.wire.lose_next_claim();
    let claim = world.function.claim(KIND, &asked(&wakes), Uuid::now_v7(), 1, "request stream").await;
    assert!(claim.is_err(), "{claim:?}");
    while world.count("select count(*) from pg_locks where relation = 'tasks.outbox'::regclass").await > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.count("select count(*) from tasks.outbox where claimed_at is not null").await, 0);
    assert_eq!(world.run(&wakes, || Ok(1)).await.1, 2);
    assert_eq!(world.count("select count(*) from tasks.task where status = 'SUCCESS'").await, 1);
}
