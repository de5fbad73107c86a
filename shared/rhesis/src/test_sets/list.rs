use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Visibility;

/// A test set as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct TestSet {
    /// The test set.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// `public`, `organization` or `user`.
    #[schema(value_type = Visibility)]
    pub visibility: String,
    /// Whether it is published.
    pub is_published: bool,
    /// How many tests it has.
    pub tests: i64,
    /// Who made it.
    pub user_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// Which test sets to list.
#[derive(Debug, Clone, Default)]
pub struct TestSetFilter {
    /// Only those of this visibility.
    pub visibility: Option<Visibility>,
    /// Only those that are published, or only those that are not.
    pub is_published: Option<bool>,
    /// Only those behind this one in the list: where the last page ended.
    pub behind: Option<Uuid>,
    /// So many are left out.
    pub skip: i64,
    /// How many, at most.
    pub limit: i64,
}

/// A statement for test sets, of those that `$which` selects from `test_set t`.
macro_rules! shown {
    ($which:literal) => {
        concat!(
            "select t.id, t.name, t.description, t.visibility, t.is_published, t.user_id, t.created_at, t.updated_at,
                    (select count(*) from test_test_set m where m.test_set_id = t.id) as tests
             from test_set t ",
            $which
        )
    };
}

/// Lists the test sets that the bound user may see, newest first, each with the number of its tests.
pub async fn list(conn: &mut PgConnection, filter: &TestSetFilter) -> sqlx::Result<Vec<TestSet>> {
    sql::query_as(shown!(
        "where ($1::text is null or t.visibility = $1) and ($2::boolean is null or t.is_published = $2)
           and ($3::uuid is null or t.id < $3)
         order by t.id desc offset $4 limit $5"
    ))
    .bind(filter.visibility.map(Visibility::as_str))
    .bind(filter.is_published)
    .bind(filter.behind)
    .bind(filter.skip)
    .bind(filter.limit)
    .fetch_all(conn)
    .await
}

/// Counts the test sets that a filter lets through, on all pages.
pub async fn count_of(conn: &mut PgConnection, filter: &TestSetFilter) -> sqlx::Result<i64> {
    sql::query_scalar(
        "select count(*) from test_set
         where ($1::text is null or visibility = $1) and ($2::boolean is null or is_published = $2)",
    )
    .bind(filter.visibility.map(Visibility::as_str))
    .bind(filter.is_published)
    .fetch_one(conn)
    .await
}

/// One test set; `None` if there is none, or it is another user's own.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<TestSet>> {
    sql::query_as(shown!("where t.id = $1")).bind(id).fetch_optional(conn).await
}
