use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use task::Task;
use uuid::Uuid;

/// Runs every test of a configuration against its endpoint.
///
/// The task hands itself over to the group of its tests: it stays STARTED until every test is accounted for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteTestConfiguration {
    /// The configuration, of the organization that starts the task.
    pub test_configuration_id: Uuid,
}

impl Task for ExecuteTestConfiguration {
    const KIND: &'static str = "execute_test_configuration";
    type Output = RunSummary;
}

/// How a test run ended; the counts are those of the stored results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunSummary {
    /// The run's status in lower case: completed, partial, failed or cancelled.
    pub status: String,
    /// What was executed.
    pub test_configuration_id: Uuid,
    /// The run that holds the results.
    pub test_run_id: Uuid,
    /// How many tests the run had; always `passed + failed + errors`, unless it was cancelled.
    pub total: i64,
    /// Tests whose every metric was met.
    pub passed: i64,
    /// Tests with an unmet metric.
    pub failed: i64,
    /// Tests that could not be judged.
    pub errors: i64,
}
