//! Runs as they are shown: one, many, two beside each other, and all that there is of one.

mod compare;
mod download;
mod last;
mod list;
mod metric_summary;
mod shown;

pub use compare::{Change, ComparedTest, Comparison, compare, compared_tests};
pub use download::{TestRow, metric_names, rows_after};
pub use last::{LastRun, last};
pub use list::{LIST, RunFilter, list};
pub use metric_summary::{MetricSummary, metric_summaries};
pub use shown::{Named, Shown, find};
