use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// How a task stands, read at one moment.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TaskState {
    /// The task.
    pub task_id: Uuid,
    /// Its kind.
    pub kind: String,
    /// One of Celery's words; see [`task::Status`].
    pub status: String,
    /// The output, once it succeeded.
    pub result: Option<Value>,
    /// `{type, message}`, once it failed or was revoked.
    pub error: Option<Value>,
    /// The attempt that runs, or is next, or was the last.
    pub attempt: i32,
    /// Retries spent, while unfinished.
    pub retries: Option<i32>,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When the next attempt may begin, while it waits for its time.
    pub not_before: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Of the group that it was handed over to.
    #[sqlx(flatten)]
    pub progress: Progress,
}

/// Members of a group.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Progress {
    /// How many have ended; none if there is no group.
    pub done: Option<i32>,
    /// How many there are.
    pub total: Option<i32>,
}

/// The task `id`, if the tenant that `tx` is bound to has it.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn find_task(tx: &mut PgConnection, id: Uuid) -> Result<Option<TaskState>> {
    sqlx::query_as(
        "select s.task_id, s.kind, s.status, s.result, s.error, s.attempt, s.retries, s.created_at,
           case when s.status in ('PENDING', 'RETRY') and s.not_before < 'infinity' then s.not_before end as not_before,
           s.finished_at, g.total - g.remaining as done, g.total
         from tasks.task_state s
         left join tasks.task_group g on g.parent_id = s.task_id
         where s.task_id = $1
         order by g.created_at desc
         limit 1",
    )
    .bind(id)
    .fetch_optional(tx)
    .await
}
