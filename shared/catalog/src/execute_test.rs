use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use task::Task;
use uuid::Uuid;

/// Runs one test of a test run: asks the endpoint, judges the answer, stores the result.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteTest {
    /// The run that the result belongs to.
    pub test_run_id: Uuid,
    /// The test.
    pub test_id: Uuid,
}

impl Task for ExecuteTest {
    const KIND: &'static str = "execute_test";
    const TIME_LIMIT: Duration = Duration::from_secs(270);
    // Started from outside, it would write into a run that it is no test of.
    const INTERNAL: bool = true;
    type Output = TestVerdict;
}

/// What became of one test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestVerdict {
    /// The test.
    pub test_id: Uuid,
    /// Pass, Fail or Error.
    pub status: String,
}
