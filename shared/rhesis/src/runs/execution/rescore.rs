use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Verdict;
use crate::configurations::{self, Attributes, BadAttribute, BadReference};
use crate::runs::{CauseFilter, RunStatus};

/// A run whose answers can be judged anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Rescored {
    /// The run.
    pub test_run_id: Uuid,
    /// What it executed.
    pub test_configuration_id: Uuid,
    /// What was asked.
    pub endpoint_id: Uuid,
    /// The test set, if there still is one.
    pub test_set_id: Option<Uuid>,
    /// How many tests it had.
    pub total: i32,
}

/// Why a run cannot be rescored.
#[derive(Debug, thiserror::Error)]
pub enum NotRescored {
    /// There is none with this id, or it is another tenant's.
    #[error("Test run not found")]
    NotFound,
    /// It has not ended.
    #[error("Cannot rescore a test run with status '{0}'")]
    NotEnded(RunStatus),
    /// It has no tests: it could not be started.
    #[error("The test run has no tests")]
    Empty,
    /// No test of it came to what was asked for.
    #[error("No test of the run is so")]
    NoneChosen,
    /// What shall judge instead is not there, or is no list of metrics.
    #[error(transparent)]
    Attribute(#[from] BadAttribute),
    /// Postgres could not answer.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
}

/// Checks that a run has ended and that what shall judge it is there; `attributes` hold what a
/// configuration's may, or nothing.
pub async fn rescorable(
    conn: &mut PgConnection,
    test_run_id: Uuid,
    attributes: &Value,
) -> Result<Rescored, NotRescored> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        run: Rescored,
        status: String,
        tests: bool,
    }
    let row: Option<Row> = sql::query_as(
        "select r.id as test_run_id, r.test_configuration_id, c.endpoint_id, c.test_set_id, r.total, r.status,
                exists (select from test_run_test t where t.test_run_id = r.id) as tests
         from test_run r join test_configuration c on c.id = r.test_configuration_id
         where r.id = $1",
    )
    .bind(test_run_id)
    .fetch_optional(&mut *conn)
    .await?;
    let row = row.ok_or(NotRescored::NotFound)?;
    let status = RunStatus::from_word(&row.status)?;
    if !status.is_final() {
        return Err(NotRescored::NotEnded(status));
    }
    if !row.tests {
        return Err(NotRescored::Empty);
    }
    match configurations::check(conn, &Attributes::read(attributes)?).await {
        Ok(()) => Ok(row.run),
        Err(BadReference::Attribute(bad)) => Err(bad.into()),
        Err(BadReference::Database(error)) => Err(error.into()),
    }
}

/// Creates the Queued run of a task that is being enqueued in the same transaction, which judges the answers of another run
/// anew, all or some of them, and returns its id. What its attributes hold goes before what the configuration's do.
pub async fn queue_rescore(
    conn: &mut PgConnection,
    rescored: &Rescored,
    (attributes, only): (&Value, &CauseFilter),
    task_id: Uuid,
    user_id: Option<Uuid>,
) -> Result<Uuid, NotRescored> {
    let id = sql::query_scalar(
        "insert into test_run (id, test_configuration_id, task_id, user_id, total, rescore_of, attributes, only_status,
                               only_fingerprint)
         values ($1, $2, $3, $4, $5, $6, jsonb_strip_nulls($7), $8, $9) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(rescored.test_configuration_id)
    .bind(task_id)
    .bind(user_id)
    .bind(rescored.total)
    .bind(rescored.test_run_id)
    .bind(said(attributes))
    .bind(only.status.map(Verdict::as_str))
    .bind(&only.fingerprint)
    .fetch_one(&mut *conn)
    .await?;
    // All of them are taken over when the run begins.
    if !only.is_all() && !only.choose(conn, id, rescored.test_run_id).await? {
        return Err(NotRescored::NoneChosen);
    }
    Ok(id)
}

/// What a run may say of itself that goes before what its configuration says.
fn said(attributes: &Value) -> Value {
    let names = ["execution_mode", "batch_concurrency", "per_test_timeout", "metrics", "evaluation_model_id"];
    names.into_iter().map(|name| (name.to_owned(), attributes[name].clone())).collect::<Map<_, _>>().into()
}

/// Whether the run of a task judges the answers of another one.
pub(super) async fn is_one(conn: &mut PgConnection, task_id: Uuid) -> sqlx::Result<bool> {
    sql::query_scalar("select exists (select from test_run where task_id = $1 and rescore_of is not null)")
        .bind(task_id)
        .fetch_one(conn)
        .await
}
