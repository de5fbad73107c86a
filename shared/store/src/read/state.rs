use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{PastAttempt, Result};

/// The status of an unfinished task by its outbox row `o`, as the view `tasks.task_state` has it: for those who need no
/// more than that row.
pub(crate) const OPEN_STATUS: &str =
    "case when o.claimed_at is not null or o.awaits is not null then 'STARTED'
  when o.retries > 0 then 'RETRY' else 'PENDING' end";

/// How a task stands, read at one moment.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TaskState {
    /// The task.
    pub task_id: Uuid,
    /// Its kind.
    pub kind: String,
    /// What it was started with.
    pub args: Value,
    /// Who started it; none: Postgres, or somebody who was bound to no user.
    pub user_id: Option<Uuid>,
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
    /// When it is revoked if it has not begun.
    pub expires_at: Option<DateTime<Utc>>,
    /// When its last attempt began, or the one that runs; none before the first.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The task that started it.
    pub parent_id: Option<Uuid>,
    /// The schedule that started it.
    pub schedule_id: Option<Uuid>,
    /// The group that it was started in.
    pub group_id: Option<Uuid>,
    /// Its place there, from 0; none with a group: it is the group's callback.
    pub position: Option<i32>,
    /// What it overrides of its kind's policy; see [`NewTask`](crate::NewTask).
    pub options: Option<Value>,
    /// What it carries.
    pub headers: Option<Value>,
    /// Attempts that did not succeed, oldest first: the last hundred of them.
    pub attempts: Json<Vec<PastAttempt>>,
    /// Of the group that it was handed over to.
    #[sqlx(flatten)]
    pub progress: Progress,
}

/// Members of a group.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Progress {
    /// The group; none if the task was not handed over.
    pub handed_to: Option<Uuid>,
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
    sql::query_as(
        "select s.task_id, s.kind, s.args, s.user_id, s.status, s.result, s.error, s.attempt, s.retries, s.created_at,
           case when s.status in ('PENDING', 'RETRY')
             and s.not_before between '0001-01-02Z' and '9999-12-30Z' then s.not_before end as not_before,
           s.expires_at, s.started_at, s.finished_at, s.parent_id, s.schedule_id, s.group_id, s.position, s.options, s.headers,
           coalesce((
             select jsonb_agg(to_jsonb(h) order by h.attempt)
             from (select attempt, outcome, error, claimed_at, ended_at, claimed_by from tasks.attempt_history
               where task_id = s.task_id order by attempt desc limit 100) h), '[]') as attempts,
           g.id as handed_to, g.total - g.remaining as done, g.total
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

/// Those of `ids` that are tasks of the tenant that `tx` is bound to.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn known_tasks(tx: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    sql::query_scalar("select id from tasks.task where id = any ($1)").bind(ids).fetch_all(tx).await
}
