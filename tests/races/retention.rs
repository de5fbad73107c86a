use futures::future::join_all;
use store::Outcome;

use crate::arena::{PLAIN, jitter, new_task, race};

#[tokio::test]
async fn an_old_task_is_deleted_or_begins_anew_and_never_both() {
    race(20, async |arena| {
        let wakes = arena.start(&(0..30).map(|_| new_task(PLAIN, 0)).collect::<Vec<_>>()).await;
        let held = arena.claim(PLAIN, &wakes).await;
        let failed: Vec<_> = held.iter().map(|held| held.ends(Outcome::Failure)).collect();
        arena.finish(PLAIN, held[0].token, &failed).await;
        arena.arrange("update tasks.task set finished_at = finished_at - interval '99 days'").await;
        let retries = join_all(held.iter().map(async |held| {
            jitter().await;
            arena.retry(held.task_id).await.is_some()
        }));
        let prunes = join_all((0..4).map(async |_| {
            jitter().await;
            arena.system.relay.prune(8).await.unwrap()
        }));
        let (retried, pruned) = futures::join!(retries, prunes);
        let retried = retried.into_iter().filter(|retried| *retried).count() as i64;
        assert_eq!(retried + i64::from(pruned.into_iter().sum::<i32>()), 30);
        assert_eq!(arena.count("select count(*) from tasks.outbox").await, retried);
    })
    .await;
}
