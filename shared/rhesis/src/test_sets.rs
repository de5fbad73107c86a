//! Test sets: ordered lists of tests.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::import::Row;

/// Counts the tenant's test sets.
pub async fn count(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sql::query_scalar("select count(*) from test_set").fetch_one(conn).await
}

/// Creates a test set of new tests, one for each row, in their order. Four statements, however many rows.
pub async fn create(
    conn: &mut PgConnection,
    name: &str,
    rows: &[Row],
    user_id: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    let test_set_id = Uuid::now_v7();
    sql::query("insert into test_set (id, name, user_id) values ($1, $2, $3)")
        .bind(test_set_id)
        .bind(name)
        .bind(user_id)
        .execute(&mut *conn)
        .await?;
    let prompt_ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
    let test_ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
    let (prompts, expected): (Vec<&str>, Vec<Option<&str>>) =
        rows.iter().map(|row| (row.prompt.as_str(), row.expected.as_deref())).unzip();
    sql::query(
        "insert into prompt (id, content, expected_response, user_id)
         select id, content, expected, $4 from unnest($1::uuid[], $2::text[], $3::text[]) as r (id, content, expected)",
    )
    .bind(&prompt_ids)
    .bind(&prompts)
    .bind(&expected)
    .bind(user_id)
    .execute(&mut *conn)
    .await?;
    sql::query(
        "insert into test (id, prompt_id, user_id)
         select id, prompt_id, $3 from unnest($1::uuid[], $2::uuid[]) as r (id, prompt_id)",
    )
    .bind(&test_ids)
    .bind(&prompt_ids)
    .bind(user_id)
    .execute(&mut *conn)
    .await?;
    sql::query(
        "insert into test_test_set (test_set_id, test_id, position)
         select $1, id, position from unnest($2::uuid[]) with ordinality as r (id, position)",
    )
    .bind(test_set_id)
    .bind(&test_ids)
    .execute(conn)
    .await?;
    Ok(test_set_id)
}
