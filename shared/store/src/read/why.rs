use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Everything that a task may be waiting for, read at one moment. Times at infinity are none.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct Why {
    /// The task.
    pub task_id: Uuid,
    /// Postgres's clock at that moment.
    pub now: DateTime<Utc>,
    /// Its kind.
    pub kind: String,
    /// One of Celery's words; see [`task::Status`].
    pub status: String,
    /// The attempt that runs, or is next, or was the last.
    pub attempt: i32,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The type of its error, if it ended with one.
    pub error_type: Option<String>,

    /// When the attempt that runs began.
    pub claimed_at: Option<DateTime<Utc>>,
    /// The invocation that runs it; see [`invocation`](crate::invocation).
    pub claimed_by: Option<String>,
    /// When the relay acts on it: repeats its message, or declares the attempt that runs lost.
    pub visible_at: Option<DateTime<Utc>>,
    /// Whether a group holds it back.
    pub held: bool,
    /// When the next attempt may begin.
    pub not_before: Option<DateTime<Utc>>,
    /// Messages sent for the next attempt.
    pub dispatches: Option<i16>,
    /// Retries spent.
    pub retries: Option<i32>,
    /// Of its arguments.
    pub version: i32,
    /// Of the contract that was last deployed.
    pub kind_version: i32,

    /// The group that it was started in.
    pub group_id: Option<Uuid>,
    /// Its place there; none: it is the callback.
    pub position: Option<i32>,
    /// How many members of that group may be in flight.
    pub window: Option<i32>,
    /// How many of them have not ended.
    pub remaining: Option<i32>,
    /// Unfinished members before it.
    pub ahead: Option<i64>,
    /// When that group was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,

    /// The group that it was handed over to.
    pub awaits: Option<Uuid>,
    /// How many members of that one have ended.
    pub done: Option<i32>,
    /// How many it has.
    pub total: Option<i32>,

    /// The key whose limit holds for it.
    pub limit_key: Option<String>,
    /// Whether it waits for a task of the key to end.
    pub limited: bool,
    /// How many of the key may run.
    pub max_running: Option<i32>,
    /// How many of the key may begin per `per_seconds`.
    pub rate: Option<f64>,
    /// Seconds.
    pub per_seconds: Option<f64>,
    /// How many of the key run.
    pub running: Option<i64>,

    /// When the relay swept last.
    pub swept_at: Option<DateTime<Utc>>,
}

/// The statement that reads what tasks wait for; who is before one in its group and its limit is counted, or is none.
macro_rules! reading {
    ($ahead:literal, $running:literal, $which:literal) => {
        concat!(
            "select s.task_id, clock_timestamp() as now, s.kind, s.status, s.attempt, s.finished_at, s.error ->> 'type' as error_type,
           s.claimed_at, s.claimed_by,
           case when s.visible_at between '0001-01-02Z' and '9999-12-30Z' then s.visible_at end as visible_at,
           coalesce(s.not_before = 'infinity', false) as held,
           case when s.not_before between '0001-01-02Z' and '9999-12-30Z' then s.not_before end as not_before,
           s.dispatches, s.retries, s.version, k.version as kind_version,
           s.group_id, s.position, g.window_size as window, g.remaining, g.cancelled_at,
           ",
            $ahead,
            " as ahead,
           s.awaits, a.total - a.remaining as done, a.total,
           s.limit_key, coalesce(s.limited, false) as limited, l.max_running, l.rate,
           extract(epoch from l.per)::double precision as per_seconds,
           ",
            $running,
            " as running,
           r.swept_at
         from tasks.task_state s
         join tasks.kind k on k.kind = s.kind
         left join tasks.task_group g on g.id = s.group_id
         left join tasks.task_group a on a.id = s.awaits
         left join tasks.task_limit l on l.organization_id = s.organization_id and l.key = s.limit_key
         left join tasks.relay r on true
         where s.task_id = ",
            $which
        )
    };
}

/// What the task `id` waits for, if the tenant that `tx` is bound to has it.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn why(tx: &mut PgConnection, id: Uuid) -> Result<Option<Why>> {
    sql::query_as(reading!(
        "case when s.not_before = 'infinity' then (select count(*) from tasks.outbox o
             where o.group_id = s.group_id and o.position < s.position) end",
        "case when l.key is not null then (select count(*) from tasks.outbox o
             where o.organization_id = s.organization_id and o.limit_key = l.key and o.claimed_at is not null)
           end",
        "$1"
    ))
    .bind(id)
    .fetch_optional(tx)
    .await
}

/// What each of these tasks waits for, of those that the tenant that `tx` is bound to has. Without `ahead` and `running`, which would
/// be counted for each anew.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn why_each(tx: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Why>> {
    sql::query_as(reading!("null::bigint", "null::bigint", "any ($1)")).bind(ids).fetch_all(tx).await
}
