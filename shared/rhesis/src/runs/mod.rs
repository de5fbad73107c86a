//! Test runs: Queued, then Progress, then Completed, Partial, Failed or Cancelled.
//!
//! The status speaks of execution, not of verdicts: a run whose every test failed its metrics is Completed.

mod cancel;
mod compare;
mod complete;
mod delete;
mod download;
mod fail;
mod last;
mod list;
mod metric_summary;
mod progress;
mod queue;
mod rename;
mod rescore;
mod shown;
mod start;
mod status;

pub use cancel::{Cancel, cancel};
pub use compare::{Change, ComparedTest, Comparison, compare, compared_tests};
pub use complete::complete;
pub use delete::{Deleted, delete};
pub use download::{TestRow, metric_names, rows_after};
pub use fail::fail;
pub use last::{LastRun, last};
pub use list::{LIST, RunFilter, list};
pub use metric_summary::{MetricSummary, metric_summaries};
pub use progress::{Progress, progress};
pub use queue::queue;
pub use rename::rename;
pub use rescore::{NotRescored, Rescored, queue_rescore, rescorable};
pub use shown::{Named, Shown, find};
pub use start::{StartError, Started, start};
pub use status::RunStatus;
