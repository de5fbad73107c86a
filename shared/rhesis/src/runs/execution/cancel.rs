use sqlx::PgConnection;
use uuid::Uuid;

use crate::runs::RunStatus;

/// What a cancel found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancel {
    /// The run was Queued or in Progress and is Cancelled now; its task is the caller's to revoke, in the same transaction.
    Done {
        /// The task of the run.
        task_id: Uuid,
    },
    /// The run had ended with this status, and keeps it.
    Ended(RunStatus),
}

/// Sets an unfinished run to Cancelled; `None` if there is no such run.
pub async fn cancel(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<Option<Cancel>> {
    // The run before its task: the order in which `collect_results` locks them.
    let run: Option<(Uuid, String)> =
        sql::query_as("select task_id, status from test_run where id = $1 for no key update")
            .bind(test_run_id)
            .fetch_optional(&mut *conn)
            .await?;
    let Some((task_id, status)) = run else {
        return Ok(None);
    };
    let status = RunStatus::from_word(&status)?;
    if status.is_final() {
        return Ok(Some(Cancel::Ended(status)));
    }
    sql::query(
        "update test_run
         set status = 'Cancelled', completed_at = clock_timestamp(), updated_at = clock_timestamp() where id = $1",
    )
    .bind(test_run_id)
    .execute(conn)
    .await?;
    Ok(Some(Cancel::Done { task_id }))
}
