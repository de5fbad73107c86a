use std::time::{Duration, Instant, SystemTime};

use queue::{Memory, Queue};

use crate::kicks::Sender;
use crate::setup::store_as;

/// The relay's whole minute, `n` times; what it wakes goes to the worker. `SWEEP_SECONDS` is what an invocation has.
pub(crate) async fn sweep(n: usize) {
    let (store, sent, kicks) =
        (store_as("tasks_relay", settings::RELAY_CONNECTIONS).await, Memory::default(), Sender::new());
    let queue = Queue::Memory(sent.clone());
    let (began, mut wakes, mut pruned) = (Instant::now(), 0, 0);
    for _ in 0..n {
        let deadline = SystemTime::now() + Duration::from_secs(bench_common::env("SWEEP_SECONDS", 60) as u64);
        let swept = relay::sweep(&store, &queue, deadline).await.unwrap();
        wakes += swept.sent;
        pruned += swept.pruned;
    }
    let seconds = began.elapsed().as_secs_f64();
    for some in sent.take_all().chunks(1000) {
        kicks.kick(some).await;
    }
    println!("{}", serde_json::json!({ "n": n, "seconds": seconds, "wakes": wakes, "pruned": pruned }));
}
