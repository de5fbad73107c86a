//! Test runs: Queued, then Progress, then Completed, Partial, Failed or Cancelled.
//!
//! The status speaks of execution, not of verdicts: a run whose every test failed its metrics is Completed.

mod delete;
mod execution;
mod reading;
mod rename;
mod status;

pub use delete::{Deleted, delete};
pub use execution::{
    Cancel, NotRepeated, NotRescored, Progress, Repeated, Rescored, StartError, Started, cancel, complete,
    fail, progress, queue, queue_repeat, queue_rescore, repeatable, rescorable, start,
};
pub use reading::{
    Cause, CauseFilter, Cell, Change, ComparedTest, Comparison, FlakyTest, LIST, LastRun, MetricSummary,
    Named, RunFilter, Shown, TestRow, causes, compare, compared_tests, find, flaky_tests, last, list,
    metric_names, metric_summaries, rows_after,
};
pub use rename::rename;
pub use status::RunStatus;
