//! A run on its way: queued, started, ended one way or another.

mod cancel;
mod complete;
mod fail;
mod progress;
mod queue;
mod repeat;
mod rescore;
mod start;

pub use cancel::{Cancel, cancel};
pub use complete::complete;
pub use fail::fail;
pub use progress::{Progress, progress};
pub use queue::queue;
pub use repeat::{NotRepeated, Repeated, queue_repeat, repeatable};
pub use rescore::{NotRescored, Rescored, queue_rescore, rescorable};
pub use start::{StartError, Started, start};
