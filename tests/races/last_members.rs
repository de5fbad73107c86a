use store::Outcome;

use crate::arena::{CALLBACK, MEMBER, jitter, race};
use crate::moves::new_group;

#[tokio::test]
async fn two_last_members_that_end_together_fire_the_callback_once() {
    race(20, async |arena| {
        let group = arena.start_group(&new_group(2, 2)).await;
        let held = arena.claim(MEMBER, &group.wakes).await;
        let end = async |held| {
            jitter().await;
            arena.succeed(MEMBER, held).await.wakes
        };
        let (one, two) = futures::join!(end(held[0]), end(held[1]));
        let fired = [one, two].concat();
        assert_eq!(fired.len(), 1, "{fired:?}");
        assert_eq!(Some(fired[0].task_id), group.callback_id);
    })
    .await;
}

#[tokio::test]
async fn a_member_that_begins_anew_while_the_last_one_ends_is_waited_for() {
    race(20, async |arena| {
        let group = arena.start_group(&new_group(2, 2)).await;
        let held = arena.claim(MEMBER, &group.wakes).await;
        let failed = [held[0].ends(Outcome::Failure)];
        arena.finish(MEMBER, held[0].token, &failed).await;
        let anew = async {
            jitter().await;
            arena.retry(held[0].task_id).await.unwrap()
        };
        let last = async {
            jitter().await;
            arena.succeed(MEMBER, held[1]).await.wakes
        };
        let (anew, mut fired) = futures::join!(anew, last);
        assert_eq!(anew.len(), 1, "there was a place for it");
        arena.check().await;
        for held in arena.claim(MEMBER, &anew).await {
            fired.extend(arena.succeed(MEMBER, held).await.wakes);
        }
        // Let go by the last end, held again by the retry, let go again: it may be two messages, and is one claim.
        assert!((1..=2).contains(&fired.len()), "{fired:?}");
        assert!(fired.iter().all(|wake| Some(wake.task_id) == group.callback_id && wake.attempt == 1));
        assert_eq!(arena.claim(CALLBACK, &fired[..1]).await.len(), 1);
        assert!(arena.claim(CALLBACK, &fired[..1]).await.is_empty());
    })
    .await;
}
