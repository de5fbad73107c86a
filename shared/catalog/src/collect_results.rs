use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use task::Task;
use uuid::Uuid;

use crate::RunSummary;

/// Ends a test run: accounts for every test and sets the run's status. Fired once, when the last test has ended.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectResults {
    /// The run to end.
    pub test_run_id: Uuid,
}

impl Task for CollectResults {
    const KIND: &'static str = "collect_results";
    // Started from outside, it would end a run before its tests have.
    const INTERNAL: bool = true;
    type Output = RunSummary;
}
