//! The vocabulary of background tasks: what a task is, how it is retried, how an attempt ends.
//!
//! Every other crate of the workspace speaks these words; this one knows neither Postgres nor AWS.

mod catch_up;
mod cause;
mod error;
mod retry;
mod status;
mod task;
mod wake;

pub use catch_up::CatchUp;
pub use cause::{Cause, Recognize};
pub use error::{Disposition, Error, OrEnd, Result};
pub use retry::Retry;
pub use status::Status;
pub use task::Task;
pub use wake::Wake;
