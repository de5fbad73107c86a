use sqlx::PgConnection;
use uuid::Uuid;

use crate::results::storable_text;

/// Ends the run of a task as Failed, for a reason a user can read; true if there was one that had not ended.
///
/// For a run that cannot be started at all: one with results is ended by `complete`.
pub async fn fail(conn: &mut PgConnection, task_id: Uuid, reason: &str) -> sqlx::Result<bool> {
    let done = sql::query(
        "update test_run
         set status = 'Failed', error = $2, completed_at = clock_timestamp(), updated_at = clock_timestamp()
         where task_id = $1 and status in ('Queued', 'Progress')",
    )
    .bind(task_id)
    .bind(storable_text(reason))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
