use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query, Sql};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
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
    /// The same, as Rhesis's SDK calls it.
    pub test_count: i64,
    /// Which kind of tests it has: questions with one answer.
    #[schema(example = "Single-Turn")]
    pub test_set_type: String,
    /// What it is for, in a line.
    pub short_description: Option<String>,
    /// What a caller keeps with it.
    #[schema(value_type = Object)]
    pub metadata: Json<Map<String, Value>>,
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
}

/// The list of test sets, newest first.
pub const LIST: Listing = Listing {
    name: "test_sets",
    from: "test_set t",
    id: "t.id",
    columns: &[
        Column::uuid("id", "t.id"),
        Column::text("name", "t.name"),
        Column::text("description", "t.description").unsorted(),
        Column::text("visibility", "t.visibility"),
        Column::flag("is_published", "t.is_published"),
        Column::uuid("user_id", "t.user_id").unsorted(),
        Column::time("created_at", "t.created_at"),
        Column::time("updated_at", "t.updated_at"),
    ],
    order: (0, Direction::Descending),
};

/// A statement for test sets, of those that `$which` selects from `test_set t`.
macro_rules! shown {
    ($which:literal) => {
        concat!(
            "select t.id, t.name, t.description, t.visibility, t.is_published, t.user_id, t.created_at, t.updated_at,
                    t.short_description, t.metadata, 'Single-Turn' as test_set_type, n.tests, n.tests as test_count
             from test_set t
             cross join lateral (select count(*) as tests from test_test_set m where m.test_set_id = t.id) n ",
            $which
        )
    };
}

/// Lists the test sets that the bound user may see, each with the number of its tests.
pub async fn list(
    conn: &mut PgConnection,
    filter: &TestSetFilter,
    query: &Query,
) -> sqlx::Result<Page<TestSet>> {
    let only = |sql: &mut Sql| {
        if let Some(visibility) = filter.visibility {
            sql.push(" and t.visibility = ").push_bind(visibility.as_str());
        }
        if let Some(is_published) = filter.is_published {
            sql.push(" and t.is_published = ").push_bind(is_published);
        }
    };
    let picked = LIST.pick(conn, query, only).await?;
    let rows = sql::query_as(shown!("where t.id = any ($1) order by array_position($1, t.id)"))
        .bind(&picked.ids)
        .fetch_all(conn)
        .await?;
    Ok(picked.page(rows))
}

/// One test set; `None` if there is none, or it is another user's own.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<TestSet>> {
    sql::query_as(shown!("where t.id = $1")).bind(id).fetch_optional(conn).await
}
