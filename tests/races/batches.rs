use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::join_all;
use rand::Rng;
use rand::seq::SliceRandom;
use store::Outcome;
use task::Wake;

use crate::arena::{Arena, CALLBACK, MEMBER, jitter, race};
use crate::limits::take;
use crate::moves::new_group;

/// Claims a batch from anywhere in the queue and ends it in another order, one of four with a failure.
async fn work(arena: &Arena, messages: &Mutex<Vec<Wake>>, fired: &Mutex<Vec<Wake>>) {
    let mut held = arena.claim(MEMBER, &take(messages, 8)).await;
    if held.is_empty() {
        return jitter().await;
    }
    held.shuffle(&mut rand::rng());
    let ending = |held: &crate::moves::Held| match rand::rng().random_range(0..4) {
        0 => held.ends(Outcome::Failure),
        _ => held.ends(Outcome::Panicked).after(std::time::Duration::ZERO),
    };
    let endings: Vec<_> = held.iter().map(ending).collect();
    let settled = arena.finish(MEMBER, held[0].token, &endings).await;
    let (callbacks, members): (Vec<_>, Vec<_>) =
        settled.wakes.into_iter().partition(|wake| wake.kind == CALLBACK);
    fired.lock().unwrap().extend(callbacks);
    messages.lock().unwrap().extend(members);
}

#[tokio::test]
async fn batches_of_ends_in_any_order_keep_every_window_and_fire_every_callback_once() {
    race(2, async |arena| {
        let (messages, fired) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        for _ in 0..6 {
            let wakes = arena.start_group(&new_group(90, 10)).await.wakes;
            messages.lock().unwrap().extend(wakes);
        }
        let done = AtomicBool::new(false);
        let open = "select count(*) from tasks.task_group where remaining > 0";
        let client = async |_| {
            while !done.load(Ordering::SeqCst) {
                work(arena, &messages, &fired).await;
            }
        };
        let watch = async {
            while arena.count(open).await > 0 {
                arena.check().await;
            }
            done.store(true, Ordering::SeqCst);
        };
        futures::join!(join_all((0..24).map(client)), watch);
        let mut callbacks: Vec<_> = fired.lock().unwrap().iter().map(|wake| wake.task_id).collect();
        callbacks.sort();
        callbacks.dedup();
        assert_eq!((callbacks.len(), fired.lock().unwrap().len()), (6, 6));
    })
    .await;
}
