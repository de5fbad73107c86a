use std::sync::Mutex;

use futures::future::join_all;
use rand::Rng;
use task::Wake;

use crate::arena::{PLAIN, jitter, new_task, race};

#[tokio::test]
async fn tasks_that_wait_for_a_limit_are_let_go_by_the_ends_alone() {
    race(20, async |arena| {
        let mut tx = arena.system.api.begin(arena.system.organization.tenant()).await.unwrap();
        store::set_limit(&mut tx, "key", Some(3), None).await.unwrap();
        tx.commit().await.unwrap();
        let mut keyed = new_task(PLAIN, 0);
        keyed.limit_key = Some("key".into());
        let tasks: Vec<_> =
            (0..30).map(|_| store::NewTask { id: uuid::Uuid::now_v7(), ..keyed.clone() }).collect();
        let messages: Mutex<Vec<Wake>> = Mutex::new(arena.start(&tasks).await);
        let left = || arena.count("select count(*) from tasks.outbox");
        let worker = async |_| {
            loop {
                jitter().await;
                let batch = take(&messages, 4);
                if batch.is_empty() && left().await == 0 {
                    return;
                }
                for held in arena.claim(PLAIN, &batch).await {
                    jitter().await;
                    let wakes = arena.succeed(PLAIN, held).await.wakes;
                    messages.lock().unwrap().extend(wakes);
                }
            }
        };
        let watch = async {
            while left().await > 0 {
                arena.check().await;
            }
        };
        let all = async { futures::join!(join_all((0..8).map(worker)), watch) };
        let ended = tokio::time::timeout(std::time::Duration::from_secs(60), all).await;
        assert!(ended.is_ok(), "{} tasks wait for ever", left().await);
    })
    .await;
}

/// Up to `most` messages, from anywhere in the queue.
pub(crate) fn take(messages: &Mutex<Vec<Wake>>, most: usize) -> Vec<Wake> {
    let mut messages = messages.lock().unwrap();
    let mut taken = Vec::new();
    while taken.len() < most && !messages.is_empty() {
        let place = rand::rng().random_range(0..messages.len());
        taken.push(messages.swap_remove(place));
    }
    taken
}
