use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::shown::shown;
use super::{RunStatus, Shown};

/// Which runs to list.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only those that stand so.
    pub status: Option<RunStatus>,
    /// Only those of this configuration.
    pub test_configuration_id: Option<Uuid>,
    /// Only those of this test set.
    pub test_set_id: Option<Uuid>,
    /// Only those queued at this time or later.
    pub created_after: Option<DateTime<Utc>>,
    /// Only those queued before this time.
    pub created_before: Option<DateTime<Utc>>,
    /// Only those behind this one in the list: where the last page ended.
    pub behind: Option<Uuid>,
    /// So many are left out.
    pub skip: i64,
    /// How many, at most.
    pub limit: i64,
}

/// Lists runs, newest first, with their counts.
pub async fn list(conn: &mut PgConnection, filter: &RunFilter) -> sqlx::Result<Vec<Shown>> {
    sql::query_as(shown!(
        "where ($1::text is null or r.status = $1)
           and ($2::uuid is null or r.test_configuration_id = $2)
           and ($3::uuid is null or r.test_configuration_id in
                (select id from test_configuration where test_set_id = $3))
           and ($4::timestamptz is null or r.created_at >= $4)
           and ($5::timestamptz is null or r.created_at < $5)
           and ($6::uuid is null or r.id < $6)
         order by r.id desc offset $7 limit $8"
    ))
    .bind(filter.status.map(RunStatus::as_str))
    .bind(filter.test_configuration_id)
    .bind(filter.test_set_id)
    .bind(filter.created_after)
    .bind(filter.created_before)
    .bind(filter.behind)
    .bind(filter.skip)
    .bind(filter.limit)
    .fetch_all(conn)
    .await
}

/// Counts the runs that a filter lets through, on all pages.
pub async fn count(conn: &mut PgConnection, filter: &RunFilter) -> sqlx::Result<i64> {
    sql::query_scalar(
        "select count(*) from test_run r
         where ($1::text is null or r.status = $1)
           and ($2::uuid is null or r.test_configuration_id = $2)
           and ($3::uuid is null or r.test_configuration_id in
                (select id from test_configuration where test_set_id = $3))
           and ($4::timestamptz is null or r.created_at >= $4)
           and ($5::timestamptz is null or r.created_at < $5)",
    )
    .bind(filter.status.map(RunStatus::as_str))
    .bind(filter.test_configuration_id)
    .bind(filter.test_set_id)
    .bind(filter.created_after)
    .bind(filter.created_before)
    .fetch_one(conn)
    .await
}
