use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use queue::Ticks;

/// Runs a process for so many of its steps, then lets it die where it stands; answers what it returned if it came so far.
///
/// A step is what is done between two waits: for Postgres, for SQS, for a handler. Called with 0, 1, 2, … it dies at
/// every point where a process can, but for those that Postgres was too fast for.
pub(crate) async fn dies_after<T>(steps: usize, process: impl Future<Output = T>) -> Option<T> {
    let mut process = pin!(process);
    let mut left = steps;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        process.as_mut().poll(context).map(Some)
    })
    .await
}

/// Runs a process until it makes its `contact`th contact with SQS, where it dies; answers what it returned if it made
/// fewer.
pub(crate) async fn dies_at<T>(ticks: &Ticks, contact: u64, process: impl Future<Output = T>) -> Option<T> {
    ticks.die_at(contact);
    let mut process = pin!(process);
    let end = poll_fn(|context| match process.as_mut().poll(context) {
        Poll::Pending if ticks.is_dead() => Poll::Ready(None),
        poll => poll.map(Some),
    })
    .await;
    ticks.die_at(0);
    end
}
