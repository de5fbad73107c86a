use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

/// How many test sets there are, of those that the bound user may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = TestSetStats)]
pub struct Stats {
    /// All of them; the sum of either group.
    pub total: i64,
    /// By who sees them.
    #[schema(value_type = Object)]
    pub by_visibility: Json<Value>,
    /// By whether they are published.
    #[schema(value_type = Object)]
    pub by_status: Json<Value>,
}

/// Counts the test sets that the bound user may see.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sql::query_scalar("select count(*) from test_set").fetch_one(conn).await
}

/// Counts them by visibility, `public`, `organization` and `user`, and by status, `published` and `unpublished`.
pub async fn stats(conn: &mut PgConnection) -> sqlx::Result<Stats> {
    let (total, by_visibility, by_status) = sql::query_as(
        "select count(*),
                json_build_object('public', count(*) filter (where visibility = 'public'),
                                  'organization', count(*) filter (where visibility = 'organization'),
                                  'user', count(*) filter (where visibility = 'user')),
                json_build_object('published', count(*) filter (where is_published),
                                  'unpublished', count(*) filter (where not is_published))
         from test_set",
    )
    .fetch_one(conn)
    .await?;
    Ok(Stats { total, by_visibility, by_status })
}
