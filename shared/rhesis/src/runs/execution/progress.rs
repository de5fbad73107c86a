use sqlx::PgConnection;
use uuid::Uuid;

/// How far a run is, counted from its stored rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Progress {
    /// The run.
    pub test_run_id: Uuid,
    /// Tests with a stored result.
    pub done: i64,
    /// Tests of the run; while it is Queued, of its test set when it was queued.
    pub total: i64,
}

/// How far the run of a task is; `None` if the task has no run.
pub async fn progress(conn: &mut PgConnection, task_id: Uuid) -> sqlx::Result<Option<Progress>> {
    sql::query_as(
        "select r.id as test_run_id, r.total::bigint as total,
                (select count(*) from test_result s where s.test_run_id = r.id) as done
         from test_run r where r.task_id = $1",
    )
    .bind(task_id)
    .fetch_optional(conn)
    .await
}
