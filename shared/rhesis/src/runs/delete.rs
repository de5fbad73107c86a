use sqlx::PgConnection;
use uuid::Uuid;

use super::RunStatus;

/// What a delete found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The run had ended, and is gone with its results. What is left of it is the task that made it, if it was started as one.
    Done(Option<Uuid>),
    /// The run has not ended: it stays. Cancel it first.
    Unfinished(RunStatus),
}

/// Deletes a run that has ended, with its results; `None` if there is no such run.
pub async fn delete(conn: &mut PgConnection, test_run_id: Uuid) -> sqlx::Result<Option<Deleted>> {
    let run: Option<(String, Option<Uuid>)> =
        sql::query_as("select status, task_id from test_run where id = $1 for update")
            .bind(test_run_id)
            .fetch_optional(&mut *conn)
            .await?;
    let Some((status, task_id)) = run else {
        return Ok(None);
    };
    let status = RunStatus::from_word(&status)?;
    if !status.is_final() {
        return Ok(Some(Deleted::Unfinished(status)));
    }
    sql::query("delete from test_run where id = $1").bind(test_run_id).execute(conn).await?;
    Ok(Some(Deleted::Done(task_id)))
}
