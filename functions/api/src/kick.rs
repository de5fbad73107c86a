use std::time::Duration;

use futures::StreamExt as _;
use queue::Queue;
use task::Wake;

/// How long an answer waits for its wake-up calls to go out; what is left the relay sends.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many calls one of the senders has at a time, and how many senders there are.
const SHARE: usize = 100;
const SENDERS: usize = 16;

/// Sends the wake-up calls of a request, once it has committed.
pub(crate) async fn kick(queue: &Queue, wakes: &[Wake]) {
    let shares = futures::stream::iter(wakes.chunks(SHARE));
    let all = shares.for_each_concurrent(SENDERS, async |share| {
        queue.dispatch(share).await;
    });
    if tokio::time::timeout(PATIENCE, all).await.is_err() {
        tracing::warn!(wakes = wakes.len(), "not all of them sent in time: the relay sends the rest");
    }
}
