use std::sync::Mutex;
use std::time::Duration;

use futures::future::join_all;
use rand::Rng;
use store::Outcome;
use task::Wake;

use crate::arena::{Arena, CALLBACK, MEMBER, jitter, race};
use crate::limits::take;
use crate::moves::new_group;

#[tokio::test]
async fn a_group_that_is_cancelled_while_members_end_fires_its_callback_once() {
    race(20, async |arena| {
        let group = new_group(40, 6);
        let messages = Mutex::new(arena.start_group(&group).await.wakes);
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(rand::rng().random_range(0..60))).await;
            let wakes = arena.cancel(group.id).await;
            messages.lock().unwrap().extend(wakes);
        };
        futures::join!(join_all((0..8).map(|_| end_members(arena, &messages))), cancel, watch(arena));
        let fired: Vec<Wake> =
            take(&messages, usize::MAX).into_iter().filter(|wake| wake.kind == CALLBACK).collect();
        assert_eq!(fired.len(), 1, "{fired:?}");
        assert_eq!(arena.count("select count(*) from tasks.task_group where remaining > 0").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_member_that_fails_and_stops_its_group_does_not_lock_out_a_claim_of_its_neighbours() {
    race(20, async |arena| {
        let mut group = new_group(6, 6);
        group.stops_on_failure = true;
        let wakes = arena.start_group(&group).await.wakes;
        let held = arena.claim(MEMBER, &wakes[3..]).await;
        let fail = join_all(held.iter().map(async |held| {
            jitter().await;
            arena.finish(MEMBER, held.token, &[held.ends(Outcome::Failure)]).await
        }));
        // Messages that come twice: some of the members run already.
        let claims = join_all((0..4).map(async |_| {
            jitter().await;
            arena.claim(MEMBER, &wakes).await
        }));
        futures::join!(fail, claims);
        assert_eq!(arena.count("select count(*) from tasks.outbox").await, 1, "the callback's");
    })
    .await;
}

/// Ends members until there are none.
async fn end_members(arena: &Arena, messages: &Mutex<Vec<Wake>>) {
    while arena.count("select count(*) from tasks.task_group where remaining > 0").await > 0 {
        let batch: Vec<Wake> = take(messages, 3);
        let (callbacks, members): (Vec<_>, Vec<_>) =
            batch.into_iter().partition(|wake| wake.kind == CALLBACK);
        messages.lock().unwrap().extend(callbacks);
        for held in arena.claim(MEMBER, &members).await {
            jitter().await;
            let wakes = arena.succeed(MEMBER, held).await.wakes;
            messages.lock().unwrap().extend(wakes);
        }
    }
}

async fn watch(arena: &Arena) {
    while arena.count("select count(*) from tasks.task_group where remaining > 0").await > 0 {
        arena.check().await;
    }
}
