use std::sync::LazyLock;

use tokio::sync::{Semaphore, oneshot};

/// The stack of a program's thread, in bytes: twice what the deepest program that the limits allow takes unoptimised.
pub(super) const STACK: usize = 8 * 1024 * 1024;

/// How many programs run at a time in a process: what each may take in memory is taken so often at most, and the runtime's
/// threads keep their turn.
const AT_A_TIME: usize = 2;

/// What all programs of a process may take together beside that, in KiB: half of a function's memory. The other half is for the
/// process itself, for ten answers as they came, and for what is kept of them.
const ROOM: u32 = 128 * 1024;

static MEMORY: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(ROOM as usize));

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
    apart_with(0, run).await
}

/// The same for what takes so many bytes of memory, as far as can be known: it waits until there is room beside the others. Who
/// would take all the room runs alone.
///
/// # Errors
/// There is no thread, or it panicked.
pub async fn apart_with<T: Send + 'static>(
    memory: u64,
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BrokenOff> {
    let memory = u32::try_from(memory.div_ceil(1024)).unwrap_or(ROOM).min(ROOM);
    let _room = MEMORY.acquire_many(memory).await.map_err(|_| BrokenOff)?;
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
