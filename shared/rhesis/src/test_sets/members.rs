use listing::{Column, Direction, Listing, Page, Query, Sql};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// A test of a test set.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct TestLine {
    /// The test.
    pub test_id: Uuid,
    /// Its place in the set; they rise, and need not be consecutive.
    pub position: i32,
    /// What the endpoint is asked.
    pub prompt: String,
    /// The answer that is expected, if there is one.
    pub expected: Option<String>,
    /// The language of the prompt.
    pub language_code: String,
    /// What kind of test it is.
    pub category: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// The behavior that it tests, by its name.
    pub behavior: Option<String>,
    /// What a caller keeps with it.
    #[schema(value_type = Object)]
    pub metadata: Json<Map<String, Value>>,
}

/// The list of the tests of a test set, in their order.
pub const MEMBERS: Listing = Listing {
    name: "test_sets/tests",
    from: "test_test_set m join test t on t.id = m.test_id join prompt p on p.id = t.prompt_id
           left join behavior b on b.id = t.behavior_id",
    id: "m.test_id",
    columns: &[
        Column::number("position", "m.position"),
        Column::uuid("test_id", "m.test_id"),
        Column::text("prompt", "p.content").unsorted(),
        Column::text("expected", "p.expected_response").unsorted(),
        Column::text("language_code", "p.language_code"),
        Column::text("category", "t.category").unsorted(),
        Column::text("topic", "t.topic").unsorted(),
        Column::text("behavior", "b.name").unsorted(),
    ],
    order: (0, Direction::Ascending),
};

/// How large the tests of a page may be together, in bytes: more than one answer has room for, and less than a function has memory.
const MOST_BYTES: i64 = 8 << 20;

/// Lists the tests of a test set; fewer than were asked for, if those are very large.
pub async fn members(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    query: &Query,
) -> sqlx::Result<Page<TestLine>> {
    let only = |sql: &mut Sql| {
        sql.push(" and m.test_set_id = ").push_bind(test_set_id);
    };
    let picked = MEMBERS.pick(conn, query, only).await?;
    let sizes: Vec<i64> = sql::query_scalar(
        "select coalesce(octet_length(p.content), 0) + coalesce(octet_length(p.expected_response), 0)
                + coalesce(octet_length(t.metadata::text), 0)::bigint
         from unnest($1::uuid[]) with ordinality picked (id, place)
         left join test t on t.id = picked.id left join prompt p on p.id = t.prompt_id
         order by picked.place",
    )
    .bind(&picked.ids)
    .fetch_all(&mut *conn)
    .await?;
    let picked = picked.at_most(MOST_BYTES, &sizes);
    let rows = sql::query_as(
        "select m.test_id, m.position, p.content as prompt, p.expected_response as expected,
                p.language_code, t.category, t.topic, t.metadata, b.name as behavior
         from test_test_set m join test t on t.id = m.test_id join prompt p on p.id = t.prompt_id
         left join behavior b on b.id = t.behavior_id
         where m.test_set_id = $1 and m.test_id = any ($2)
         order by array_position($2, m.test_id)",
    )
    .bind(test_set_id)
    .bind(&picked.ids)
    .fetch_all(conn)
    .await?;
    Ok(picked.page(rows))
}
