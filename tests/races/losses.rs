use futures::future::join_all;

use crate::arena::{PLAIN, jitter, new_task, race};

#[tokio::test]
async fn an_end_and_a_relay_that_declares_it_lost_do_not_both_count() {
    race(20, async |arena| {
        let wakes = arena.start(&(0..20).map(|_| new_task(PLAIN, 1)).collect::<Vec<_>>()).await;
        let held = arena.claim(PLAIN, &wakes).await;
        let ids: Vec<_> = held.iter().map(|held| held.task_id).collect();
        arena.store(PLAIN).heartbeat(held[0].token, &ids).await.unwrap();
        arena.arrange("update tasks.outbox set visible_at = clock_timestamp()").await;
        let ends = join_all(held.iter().map(async |held| {
            jitter().await;
            arena.succeed(PLAIN, *held).await.ended
        }));
        let relays = join_all((0..2).map(async |_| {
            jitter().await;
            arena.system.relay.sweep_overdue(500).await.unwrap().ended
        }));
        let (ended, lost) = futures::join!(ends, relays);
        let (ended, lost) = (ended.concat(), lost.concat());
        let mut all = [ended.clone(), lost.clone()].concat();
        all.sort();
        all.dedup();
        assert_eq!((all.len(), ended.len() + lost.len()), (20, 20), "each was one of the two");
        let begun =
            "select count(*) from tasks.outbox where attempt = 2 and retries = 1 and claimed_at is null";
        assert_eq!(arena.count(begun).await, lost.len() as i64);
        assert_eq!(arena.count("select count(*) from tasks.attempt_history").await, lost.len() as i64);
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_is_renewed_while_the_relay_waits_for_its_row_is_not_declared_lost() {
    race(20, async |arena| {
        let wakes = arena.start(&[new_task(PLAIN, 0)]).await;
        let held = arena.claim(PLAIN, &wakes).await[0];
        arena.arrange("update tasks.outbox set visible_at = clock_timestamp()").await;
        let mut renewal = arena.system.database.owner().begin().await.unwrap();
        sql::query("update tasks.outbox set visible_at = clock_timestamp() + tasks.lease()")
            .execute(&mut *renewal)
            .await
            .unwrap();
        let renew = async {
            arena.somebody_waits().await;
            renewal.commit().await.unwrap();
        };
        let (swept, ()) = futures::join!(arena.system.relay.sweep_overdue(500), renew);
        assert!(swept.unwrap().ended.is_empty());
        assert_eq!(arena.succeed(PLAIN, held).await.ended, [held.task_id]);
    })
    .await;
}
