//! Tasks as they are shown: one, many, how they fare, and why one does not run.

mod attempt;
pub(super) mod list;
mod overrides;
mod reason;
pub(super) mod show;
pub(super) mod stats;
pub(super) mod throughput;
mod wait;
pub(super) mod why;

pub(crate) use overrides::overrides;
pub(super) use show::no_such_task;
