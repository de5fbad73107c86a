use futures::future::join_all;
use rand::seq::SliceRandom;

use crate::arena::{MEMBER, PLAIN, jitter, new_task, race};
use crate::moves::new_group;

#[tokio::test]
async fn sixteen_workers_on_the_same_messages_run_each_task_once() {
    race(20, async |arena| {
        let wakes = arena.start(&(0..40).map(|_| new_task(PLAIN, 0)).collect::<Vec<_>>()).await;
        let worker = async |_| {
            let mut mine = wakes.clone();
            mine.shuffle(&mut rand::rng());
            let mut claimed = 0;
            for batch in mine.chunks(10) {
                let held = arena.claim(PLAIN, batch).await;
                claimed += held.len();
                for held in held {
                    jitter().await;
                    assert_eq!(arena.succeed(PLAIN, held).await.ended, [held.task_id]);
                }
            }
            claimed
        };
        let claimed: usize = join_all((0..16).map(worker)).await.into_iter().sum();
        assert_eq!(claimed, 40);
        assert_eq!(arena.count("select count(*) from tasks.task where status = 'SUCCESS'").await, 40);
    })
    .await;
}

#[tokio::test]
async fn what_expires_in_a_group_is_ended_by_the_claim_or_the_relay_while_its_neighbours_end() {
    race(20, async |arena| {
        let mut group = new_group(40, 40);
        group.members.iter_mut().skip(10).for_each(|member| member.expires_in = Some(3000.0));
        let mut wakes = arena.start_group(&group).await.wakes;
        wakes.sort_by_key(|wake| group.members.iter().position(|member| member.id == wake.task_id));
        let held = arena.claim(MEMBER, &wakes[..10]).await;
        arena
            .arrange(
                "update tasks.outbox set expires_at = clock_timestamp(), visible_at = clock_timestamp()
                 where expires_at is not null",
            )
            .await;
        let claims = join_all(wakes[10..].chunks(5).chain(wakes[10..].chunks(10)).map(async |batch| {
            jitter().await;
            assert!(arena.claim(MEMBER, batch).await.is_empty());
        }));
        let relays = join_all((0..8).map(async |_| {
            jitter().await;
            assert_eq!(arena.system.relay.sweep_overdue(6).await.unwrap().stuck, 0);
        }));
        let ends = join_all(held.iter().map(async |held| {
            jitter().await;
            arena.succeed(MEMBER, *held).await
        }));
        futures::join!(claims, relays, ends);
        assert_eq!(arena.count("select count(*) from tasks.task where status = 'REVOKED'").await, 30);
        assert_eq!(arena.count("select count(*) from tasks.outbox").await, 1, "the callback's");
    })
    .await;
}
