use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::Result;

/// How many tasks of a kind ended within a span of time, and how.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EndedTasks {
    /// The kind.
    pub kind: String,
    /// When the span begins.
    pub since: DateTime<Utc>,
    /// Ends as SUCCESS.
    pub succeeded: i64,
    /// Ends as FAILURE; one that is begun anew and fails again counts twice.
    pub failed: i64,
    /// Ends as REVOKED.
    pub revoked: i64,
}

/// How the tasks of the tenant that `tx` is bound to ended since `since`, in spans of `step`, oldest first; spans without an end are
/// left out. Minutes are known for a day, hours for a week. What it costs does not depend on how many tasks there are, unless some are
/// hidden from the user: then it counts those that are not.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn ended_tasks(
    tx: &mut PgConnection,
    since: DateTime<Utc>,
    step: TimeDelta,
) -> Result<Vec<EndedTasks>> {
    sql::query_as(
        "select kind, date_bin(make_interval(secs => $2), since, $1) as since, sum(succeeded)::bigint as succeeded,
           sum(failed)::bigint as failed, sum(revoked)::bigint as revoked
         from (
           select kind, since, succeeded, failed, revoked from tasks.ended_tasks where (select tasks.sees_all())
           union all
           select kind, ended_at, succeeded, failed, revoked from tasks.tally
           where succeeded + failed + revoked > 0 and (select tasks.sees_all())
           union all
           select kind, finished_at, (status = 'SUCCESS')::integer, (status = 'FAILURE')::integer,
             (status = 'REVOKED')::integer
           from tasks.task where finished_at >= $1 and not (select tasks.sees_all())
         ) e
         where since >= $1
         group by 1, 2 order by 2, 1",
    )
    .bind(since)
    .bind(step.as_seconds_f64())
    .fetch_all(tx)
    .await
}
