use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// A test of a test set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct TestLine {
    /// The test.
    pub test_id: Uuid,
    /// Its place in the set; they rise, and need not be consecutive.
    pub position: i32,
    /// What the endpoint is asked.
    pub prompt: String,
    /// The answer that is expected, if there is one.
    pub expected: Option<String>,
}

/// The tests of a test set behind a place in it, in their order, at most `limit` of them.
pub async fn members(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    behind: (i32, Uuid),
    limit: i64,
) -> sqlx::Result<Vec<TestLine>> {
    sql::query_as(
        "select m.test_id, m.position, p.content as prompt, p.expected_response as expected
         from (
             select test_id, position from test_test_set
             where test_set_id = $1 and (position, test_id) > ($2, $3) order by position, test_id limit $4
         ) m
         join test t on t.id = m.test_id
         join prompt p on p.id = t.prompt_id
         order by m.position, m.test_id",
    )
    .bind(test_set_id)
    .bind(behind.0)
    .bind(behind.1)
    .bind(limit)
    .fetch_all(conn)
    .await
}
