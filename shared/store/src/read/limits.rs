use sqlx::PgConnection;

use crate::Result;

/// What was set for a key; see [`set_limit`](crate::set_limit).
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Limit {
    /// The key.
    pub key: String,
    /// How many of its tasks may run at a time.
    pub max_running: Option<i32>,
    /// How many may begin per `per_seconds`.
    pub count: Option<f64>,
    /// Seconds.
    pub per_seconds: Option<f64>,
    /// How many of its tasks run.
    pub running: i64,
    /// How many of its tasks do not run; counted up to 10,000.
    pub waiting: i64,
}

/// The limits of the tenant that `tx` is bound to, by key: so many of them, behind a key.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn list_limits(tx: &mut PgConnection, behind: Option<&str>, limit: i64) -> Result<Vec<Limit>> {
    sql::query_as(
        "select key, max_running, rate as count, extract(epoch from per)::double precision as per_seconds,
           (select count(*) from (select from tasks.outbox o where o.organization_id = l.organization_id
             and o.limit_key = l.key and o.claimed_at is not null limit 10000) r) as running,
           (select count(*) from (select from tasks.outbox o where o.organization_id = l.organization_id
             and o.limit_key = l.key and o.claimed_at is null limit 10000) w) as waiting
         from (
           select * from tasks.task_limit where key > coalesce($1, '') order by key limit $2
         ) l order by key",
    )
    .bind(behind)
    .bind(limit)
    .fetch_all(tx)
    .await
}
