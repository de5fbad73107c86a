use std::collections::HashMap;

use futures::future::join_all;

use crate::arena::{PLAIN, jitter, new_task, race};

#[tokio::test]
async fn relays_that_sweep_the_same_due_rows_send_each_once() {
    race(20, async |arena| {
        arena.start(&(0..150).map(|_| new_task(PLAIN, 0)).collect::<Vec<_>>()).await;
        arena.arrange("update tasks.outbox set visible_at = clock_timestamp()").await;
        let relay = async |_| {
            let mut sent = Vec::new();
            loop {
                jitter().await;
                let wakes = arena.system.relay.sweep_due(20, 20).await.unwrap();
                if wakes.is_empty() {
                    return sent;
                }
                sent.extend(wakes.into_iter().map(|wake| wake.task_id));
            }
        };
        let mut times = HashMap::new();
        for id in join_all((0..4).map(relay)).await.into_iter().flatten() {
            *times.entry(id).or_insert(0) += 1;
        }
        // A relay that found only rows which the others held may leave early; nothing is sent twice.
        assert!(times.values().all(|times| *times == 1), "{times:?}");
        assert_eq!(
            arena.count("select count(*) from tasks.outbox where dispatches <> 2").await,
            150 - times.len() as i64
        );
    })
    .await;
}

#[tokio::test]
async fn a_claim_and_a_relay_that_sends_again_do_not_take_each_others_timer() {
    race(20, async |arena| {
        let wakes = arena.start(&(0..60).map(|_| new_task(PLAIN, 0)).collect::<Vec<_>>()).await;
        // Sent so often that the next patience is longer than a lease.
        arena.arrange("update tasks.outbox set visible_at = clock_timestamp(), dispatches = 3").await;
        let worker = async |batch| {
            jitter().await;
            arena.claim(PLAIN, batch).await.len()
        };
        let relay = async |_| {
            jitter().await;
            arena.system.relay.sweep_due(25, 25).await.unwrap()
        };
        let (claimed, _) = futures::join!(
            join_all(wakes.chunks(10).chain(wakes.chunks(10)).map(worker)),
            join_all((0..3).map(relay))
        );
        assert_eq!(claimed.into_iter().sum::<usize>(), 60);
        let long = "select count(*) from tasks.outbox where visible_at > clock_timestamp() + tasks.lease()";
        assert_eq!(arena.count(long).await, 0, "claimed rows have a lease");
    })
    .await;
}
