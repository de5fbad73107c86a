//! Runs as they are shown: one, many, two beside each other, and all that there is of one.

mod compare;
mod download;
mod failures;
pub(super) mod flaky;
mod last;
mod list;
pub(super) mod metric_summaries;
mod shown;

pub use compare::{Change, ComparedTest, Comparison, compare, compared_tests};
pub use download::{Cell, TestRow, metric_names, rows_after};
pub use failures::{Cause, CauseFilter, causes};
pub use flaky::{FlakyTest, flaky_tests};
pub use last::{LastRun, last};
pub use list::{LIST, RunFilter, list};
pub use metric_summaries::{MetricSummary, metric_summaries};
pub use shown::{Named, Shown, find};
