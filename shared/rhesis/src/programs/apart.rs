use std::sync::LazyLock;

use tokio::sync::{Semaphore, oneshot};

/// The stack of a program's thread, in bytes: twice what the deepest program that the limits allow takes unoptimised.
pub(super) const STACK: usize = 8 * 1024 * 1024;

/// How many programs run at a time in a process: what each may take in memory is taken so often at most, and the runtime's
/// threads keep their turn.
const AT_A_TIME: usize = 2;

static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(AT_A_TIME));

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the program was broken off")]
pub struct BrokenOff;

/// Runs what may take long on a thread of its own, with a stack of known size, when it is its turn. The runtime's threads are
/// free meanwhile; a panic stays there.
///
/// # Errors
/// There is no thread, or it panicked.
pub async fn apart<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T, BrokenOff> {
    let _turn = TURNS.acquire().await.map_err(|_| BrokenOff)?;
    let (tell, told) = oneshot::channel();
    let span = tracing::Span::current();
    std::thread::Builder::new()
        .name("program".to_owned())
        .stack_size(STACK)
        .spawn(move || drop(tell.send(span.in_scope(run))))
        .map_err(|_| BrokenOff)?;
    told.await.map_err(|_| BrokenOff)
}
