use sqlx::{PgConnection, QueryBuilder};

use super::dead_letters::COUNTED;
use super::state::OPEN_STATUS;
use crate::Result;

/// What is to be done of one kind of task.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KindStats {
    /// The kind.
    pub kind: String,
    /// Tasks that have not begun: PENDING.
    pub waiting: i64,
    /// Tasks that run, or wait for the group that they were handed over to: STARTED.
    pub running: i64,
    /// Tasks that failed and will be repeated: RETRY.
    pub retrying: i64,
    /// How often tasks ended as FAILURE within the last 24 hours.
    pub failed_last_24h: i64,
    /// Failed tasks that nobody has begun anew.
    pub dead_letters: i64,
    /// Of how many causes those failed; see [`crate::DeadLetters`].
    pub causes: i64,
    /// For how many seconds the oldest task that could begin has been waiting; none if there is no such task.
    pub oldest_due_seconds: Option<f64>,
    /// Whether the tenant has more unfinished tasks than were looked at, [`OPEN_LOOKED_AT`]: then there are at least so many.
    pub at_least: bool,
}

/// How many unfinished tasks are looked at to count them, at most: some 10 ms, and more than the largest run has.
pub const OPEN_LOOKED_AT: i64 = 25_000;

/// What the tenant that `tx` is bound to has to be done, for every kind that there is.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn stats(tx: &mut PgConnection) -> Result<Vec<KindStats>> {
    QueryBuilder::new(format!(
        "with open as materialized (
           select kind, not_before, {OPEN_STATUS} as status from tasks.outbox o limit {OPEN_LOOKED_AT} + 1
         )
         select k.kind, coalesce(waiting, 0) as waiting, coalesce(running, 0) as running,
           coalesce(retrying, 0) as retrying, coalesce(failed, 0) as failed_last_24h,
           coalesce(dead_letters, 0) as dead_letters, coalesce(causes, 0) as causes,
           extract(epoch from clock_timestamp() - oldest_due)::double precision as oldest_due_seconds,
           (select count(*) from open) > {OPEN_LOOKED_AT} as at_least
         from tasks.kind k
         left join (
           select kind, count(*) filter (where status = 'PENDING') as waiting,
             count(*) filter (where status = 'STARTED') as running, count(*) filter (where status = 'RETRY') as retrying,
             min(not_before) filter (where status <> 'STARTED'
               and not_before between '0001-01-02Z' and clock_timestamp()) as oldest_due
           from open
           group by kind
         ) o on o.kind = k.kind
         left join (
           select kind, sum(failed)::bigint as failed
           from (
             select kind, since, failed from tasks.ended_tasks where (select tasks.sees_all())
             union all
             select kind, ended_at, failed from tasks.tally where failed > 0 and (select tasks.sees_all())
             union all
             select kind, failed_at, 1 from tasks.task where fingerprint is not null and not (select tasks.sees_all())
           ) e
           where since > clock_timestamp() - interval '24 hours'
           group by kind
         ) f on f.kind = k.kind
         left join (
           select kind, sum(dead)::bigint as dead_letters, count(*) as causes
           from (
             select kind, fingerprint, sum(count) as dead from ({COUNTED}) e
             group by kind, fingerprint having sum(count) > 0
           ) c
           group by kind
         ) d on d.kind = k.kind
         order by k.kind",
    ))
    .build_query_as().persistent(!sql::pooled())
    .fetch_all(tx)
    .await
}
