use uuid::Uuid;

use crate::runs::RunStatus;

/// Why a case cannot be run. None of these gets better by trying again, but `Database` may.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The run does not exist, has no such test, or is another tenant's.
    #[error("Test {test_id} of test run {test_run_id} not found")]
    NotFound {
        /// The run.
        test_run_id: Uuid,
        /// The test.
        test_id: Uuid,
    },
    /// The run has ended: a result that came now would belie its counts.
    #[error("Test run {test_run_id} has already ended as {status}")]
    Ended {
        /// The run.
        test_run_id: Uuid,
        /// Its final status.
        status: RunStatus,
    },
    /// Postgres could not answer.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
}

impl CaseError {
    /// Whether trying again may help: Postgres did not answer.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Database(_))
    }
}
