use futures::future::join_all;

use crate::arena::{PLAIN, jitter, new_task, race};

#[tokio::test]
async fn an_end_and_a_revoke_do_not_both_count() {
    race(20, async |arena| {
        let wakes = arena.start(&(0..16).map(|_| new_task(PLAIN, 0)).collect::<Vec<_>>()).await;
        let held = arena.claim(PLAIN, &wakes).await;
        let ends = join_all(held.iter().map(async |held| {
            jitter().await;
            arena.succeed(PLAIN, *held).await.ended
        }));
        let revokes = join_all(held.iter().map(async |held| {
            jitter().await;
            arena.revoke(held.task_id).await
        }));
        let (ended, revoked) = futures::join!(ends, revokes);
        for (ended, revoked) in ended.iter().zip(&revoked) {
            assert_ne!(ended.is_empty(), revoked.is_empty());
        }
        let revoked = revoked.concat().len() as i64;
        assert_eq!(arena.count("select count(*) from tasks.task where status = 'REVOKED'").await, revoked);
    })
    .await;
}
