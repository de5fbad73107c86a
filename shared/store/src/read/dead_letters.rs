use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use task::Wake;
use uuid::Uuid;

use crate::Result;

/// Failed tasks of one kind whose errors differ in ids and numbers only.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeadLetters {
    /// The kind.
    pub kind: String,
    /// Names the error: 16 hexadecimal digits.
    pub fingerprint: String,
    /// The type of the last one's error.
    pub error_type: Option<String>,
    /// Its message.
    pub message: Option<String>,
    /// How many there are.
    pub count: i64,
    /// When the first of them failed.
    pub first: DateTime<Utc>,
    /// When the last did.
    pub last: DateTime<Utc>,
}

/// How many tasks failed of each cause, in parts to be summed up: not the failed tasks themselves but what the relay has added up, and
/// the lines since then; unless some are hidden from the user.
pub(super) const COUNTED: &str = "
               select kind, fingerprint, count from tasks.dead_letter where (select tasks.sees_all())
               union all
               select kind, fingerprint, dead from tasks.tally where dead <> 0 and (select tasks.sees_all())
               union all
               select kind, fingerprint, count(*) from tasks.task
               where fingerprint is not null and not (select tasks.sees_all()) group by kind, fingerprint";

/// Where a page of the dead letters ended: when the last task of a cause failed, its kind, and the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetterPlace(
    #[serde(deserialize_with = "super::place::time")] pub DateTime<Utc>,
    pub String,
    pub String,
);

/// The failed tasks of the tenant that `tx` is bound to, by kind and error; those that failed last come first: so many of them,
/// behind a place.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn dead_letters(
    tx: &mut PgConnection,
    kind: Option<&str>,
    behind: Option<&DeadLetterPlace>,
    limit: i64,
) -> Result<Vec<DeadLetters>> {
    let mut query = QueryBuilder::new(format!(
        "select d.*, f.failed_at as first, e.error ->> 'type' as error_type, e.error ->> 'message' as message
         from (
           select c.*, l.failed_at as last
           from (
             select kind, fingerprint, sum(count)::bigint as count
             from ({COUNTED}) c
             where true",
    ));
    if let Some(kind) = kind {
        query.push(" and kind = ").push_bind(kind);
    }
    query.push(
        " group by kind, fingerprint having sum(count) > 0) c
           cross join lateral (
             select failed_at from tasks.task t
             where t.kind = c.kind and t.fingerprint = c.fingerprint order by t.failed_at desc limit 1
           ) l
           where true",
    );
    if let Some(DeadLetterPlace(last, kind, fingerprint)) = behind {
        query.push(" and (l.failed_at, c.kind, c.fingerprint) < (").push_bind(*last);
        query.push(", ").push_bind(kind.clone()).push(", ").push_bind(fingerprint.clone()).push(")");
    }
    query.push(" order by last desc, kind desc, fingerprint desc limit ").push_bind(limit);
    query.push(
        ") d
         cross join lateral (
           select failed_at from tasks.task t
           where t.kind = d.kind and t.fingerprint = d.fingerprint order by t.failed_at limit 1
         ) f
         left join lateral (
           select error from tasks.task t
           where t.kind = d.kind and t.fingerprint = d.fingerprint
           order by t.failed_at desc limit 1
         ) e on true
         order by d.last desc, d.kind desc, d.fingerprint desc",
    );
    query.build_query_as().persistent(!sql::pooled()).fetch_all(tx).await
}

/// Which failed tasks to begin anew.
#[derive(Debug, Clone, Default)]
pub struct DeadLetterFilter {
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those with this error; see [`DeadLetters::fingerprint`].
    pub fingerprint: Option<String>,
    /// Only those started at this time or later.
    pub created_after: Option<DateTime<Utc>>,
    /// Only those started before this time.
    pub created_before: Option<DateTime<Utc>>,
    /// How many, at most.
    pub limit: u16,
}

/// The failed tasks of the tenant that `tx` is bound to that `filter` lets through, those that failed first first.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn select_dead_letters(tx: &mut PgConnection, filter: &DeadLetterFilter) -> Result<Vec<Uuid>> {
    let mut query = QueryBuilder::<Postgres>::new("select id from tasks.task where fingerprint is not null");
    if let Some(kind) = &filter.kind {
        query.push(" and kind = ").push_bind(kind.clone());
    }
    if let Some(fingerprint) = &filter.fingerprint {
        query.push(" and fingerprint = ").push_bind(fingerprint.clone());
    }
    if let Some(time) = filter.created_after {
        query.push(" and created_at >= ").push_bind(time);
    }
    if let Some(time) = filter.created_before {
        query.push(" and created_at < ").push_bind(time);
    }
    query.push(" order by failed_at, id limit ").push_bind(i64::from(filter.limit));
    query.build_query_scalar().persistent(!sql::pooled()).fetch_all(tx).await
}

/// Ended tasks that were begun anew.
#[derive(Debug, Default, Deserialize)]
pub struct Redriven {
    /// Which; not those that somebody else began anew meanwhile.
    pub ids: Vec<Uuid>,
    /// The wake-up calls that the caller owes the queue after its commit.
    pub wakes: Vec<Wake>,
}

/// Begins failed and revoked tasks of the tenant that `tx` is bound to anew, in the order of the list, one every `gap`
/// seconds.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn redrive(tx: &mut PgConnection, ids: &[Uuid], gap: f64) -> Result<Redriven> {
    let redriven: Json<Redriven> =
        sql::query_scalar("select tasks.redrive($1, $2)").bind(ids).bind(gap).fetch_one(tx).await?;
    Ok(redriven.0)
}
