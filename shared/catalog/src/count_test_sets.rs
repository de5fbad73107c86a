use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use task::Task;

/// Counts the test sets of the organization.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountTestSets {}

impl Task for CountTestSets {
    const KIND: &'static str = "count_test_sets";
    const TIME_LIMIT: Duration = Duration::from_secs(30);
    type Output = i64;
}
