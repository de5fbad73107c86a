//! Test runs: Queued, then Progress, then Completed, Partial, Failed or Cancelled.
//!
//! The status speaks of execution, not of verdicts: a run whose every test failed its metrics is Completed.

mod cancel;
mod complete;
mod fail;
mod progress;
mod queue;
mod start;
mod status;

pub use cancel::{Cancel, cancel};
pub use complete::complete;
pub use fail::fail;
pub use progress::{Progress, progress};
pub use queue::queue;
pub use start::{StartError, Started, start};
pub use status::RunStatus;
