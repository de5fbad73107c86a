use sqlx::PgConnection;
use uuid::Uuid;

use crate::Verdict;
use crate::configurations::{self, Configuration, ConfigurationError};
use crate::runs::{CauseFilter, RunStatus};

/// A run of which tests can be executed once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// The run.
    pub test_run_id: Uuid,
    /// What it executed, which can be executed now too.
    pub configuration: Configuration,
}

/// Why tests of a run cannot be executed once more.
#[derive(Debug, thiserror::Error)]
pub enum NotRepeated {
    /// There is none with this id, or it is another tenant's.
    #[error("Test run not found")]
    NotFound,
    /// It has not ended.
    #[error("Cannot repeat a test run with status '{0}'")]
    NotEnded(RunStatus),
    /// No test of it came to what was asked for.
    #[error("No test of the run is so")]
    NoneChosen,
    /// Its configuration cannot be executed any more.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
}

impl From<sqlx::Error> for NotRepeated {
    fn from(error: sqlx::Error) -> Self {
        Self::Configuration(error.into())
    }
}

/// Checks that a run has ended, and that what it executed can be executed once more.
pub async fn repeatable(conn: &mut PgConnection, test_run_id: Uuid) -> Result<Repeated, NotRepeated> {
    let run: Option<(Uuid, String)> =
        sql::query_as("select test_configuration_id, status from test_run where id = $1")
            .bind(test_run_id)
            .fetch_optional(&mut *conn)
            .await?;
    let (configuration, status) = run.ok_or(NotRepeated::NotFound)?;
    let status = RunStatus::from_word(&status)?;
    if !status.is_final() {
        return Err(NotRepeated::NotEnded(status));
    }
    Ok(Repeated { test_run_id, configuration: configurations::load(conn, configuration).await? })
}

/// Creates the Queued run of a task that is being enqueued in the same transaction, which executes tests of another run once more,
/// and returns its id. Which tests is fixed here: what becomes of the other run does not matter any more.
pub async fn queue_repeat(
    conn: &mut PgConnection,
    repeated: &Repeated,
    only: &CauseFilter,
    task_id: Uuid,
    user_id: Option<Uuid>,
) -> Result<Uuid, NotRepeated> {
    let id = sql::query_scalar(
        "insert into test_run (id, test_configuration_id, task_id, user_id, repeat_of, only_status, only_fingerprint)
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(repeated.configuration.id)
    .bind(task_id)
    .bind(user_id)
    .bind(repeated.test_run_id)
    .bind(only.status.map(Verdict::as_str))
    .bind(&only.fingerprint)
    .fetch_one(&mut *conn)
    .await?;
    match only.choose(conn, id, repeated.test_run_id).await? {
        true => Ok(id),
        false => Err(NotRepeated::NoneChosen),
    }
}
