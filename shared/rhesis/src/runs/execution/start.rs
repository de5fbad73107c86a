use sqlx::PgConnection;
use uuid::Uuid;

use crate::configurations::{self, ConfigurationError};
use crate::runs::RunStatus;

/// A run in Progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// The run.
    pub test_run_id: Uuid,
    /// Its tests that have no result yet, in the order of the test set, or of the run that is rescored; the list of all is fixed from now on.
    pub tests: Vec<Uuid>,
    /// How many of them may be in flight, 1 to 64.
    pub window: u16,
}

/// Why a run cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration cannot be executed.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// The run of this task has ended before; nothing may restart it.
    #[error("Test run {test_run_id} has already ended as {status}")]
    Ended {
        /// The run.
        test_run_id: Uuid,
        /// Its final status.
        status: RunStatus,
    },
}

impl From<sqlx::Error> for StartError {
    fn from(error: sqlx::Error) -> Self {
        Self::Configuration(error.into())
    }
}

impl StartError {
    /// Whether trying again may help: Postgres did not answer.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Configuration(ConfigurationError::Database(_)))
    }
}

/// Claims the Queued run of a task, or creates it, fixes the list of its tests and sets it to Progress.
///
/// A repeat returns the same run with the same tests. There is never a second run of one task. When a run cannot be
/// started for good, the Queued one is set to Failed, with the error.
pub async fn start(
    conn: &mut PgConnection,
    configuration_id: Uuid,
    task_id: Uuid,
) -> Result<Started, StartError> {
    let started = try_start(conn, configuration_id, task_id).await;
    if let Err(error) = &started
        && !error.is_transient()
    {
        super::fail(conn, task_id, &error.to_string()).await?;
    }
    started
}

async fn try_start(
    conn: &mut PgConnection,
    configuration_id: Uuid,
    task_id: Uuid,
) -> Result<Started, StartError> {
    let window = match super::rescore::is_one(conn, task_id).await? {
        true => configurations::window(conn, configuration_id, task_id).await?,
        false => configurations::load(conn, configuration_id).await?.window,
    };
    let (test_run_id, status) = claim(conn, configuration_id, task_id).await?;
    if status.is_final() {
        return Err(StartError::Ended { test_run_id, status });
    }
    if status == RunStatus::Queued {
        begin(conn, test_run_id).await?;
    }
    // A failed run that is begun anew goes on with what it has.
    let tests = sql::query_scalar(
        "select rt.test_id from test_run_test rt
             where rt.test_run_id = $1
               and not exists (select from test_result s where s.test_run_id = $1 and s.test_id = rt.test_id)
             order by rt.position",
    )
    .bind(test_run_id)
    .fetch_all(conn)
    .await?;
    Ok(Started { test_run_id, tests, window })
}

async fn claim(
    conn: &mut PgConnection,
    configuration_id: Uuid,
    task_id: Uuid,
) -> sqlx::Result<(Uuid, RunStatus)> {
    sql::query(
        "insert into test_run (id, test_configuration_id, task_id) values ($1, $2, $3) on conflict (task_id) do nothing",
    )
    .bind(Uuid::now_v7())
    .bind(configuration_id)
    .bind(task_id)
    .execute(&mut *conn)
    .await?;
    // A statement of its own: it must see the row that the insert may have waited for.
    let (id, status): (Uuid, String) = sql::query_as(
        "select id, status from test_run where task_id = $1 and test_configuration_id = $2 for no key update",
    )
    .bind(task_id)
    .bind(configuration_id)
    .fetch_one(conn)
    .await?;
    Ok((id, RunStatus::from_word(&status)?))
}

async fn begin(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<()> {
    sql::query(
        "insert into test_run_test (test_run_id, test_id, position)
         select r.id, t.test_id, row_number() over (order by t.position, t.test_id)
         from test_run r
         join test_configuration c on c.id = r.test_configuration_id
         cross join lateral (
             select m.test_id, m.position from test_test_set m
             where m.test_set_id = c.test_set_id and r.rescore_of is null
             union all
             select o.test_id, o.position from test_run_test o where o.test_run_id = r.rescore_of
         ) t
         where r.id = $1 and not exists (select from test_run_test where test_run_id = $1)",
    )
    .bind(test_run_id)
    .execute(&mut *conn)
    .await?;
    sql::query(
        "update test_run
         set status = 'Progress', started_at = clock_timestamp(), updated_at = clock_timestamp(),
             total = (select count(*) from test_run_test where test_run_id = $1)
         where id = $1",
    )
    .bind(test_run_id)
    .execute(conn)
    .await?;
    Ok(())
}
