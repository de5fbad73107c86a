use sqlx::PgConnection;
use uuid::Uuid;

use super::Visibility;
use crate::import::Row;

/// A test set to be made.
#[derive(Debug, Clone, Default)]
pub struct NewTestSet {
    /// What it is called; not blank.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who sees it; `User` needs a user.
    pub visibility: Visibility,
    /// Whether it is published.
    pub is_published: bool,
    /// Who makes it.
    pub user_id: Option<Uuid>,
}

/// Creates a test set of new tests, one for each row, in their order. Four statements, however many rows.
pub async fn create(
    conn: &mut PgConnection,
    name: &str,
    rows: &[Row],
    user_id: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    let new = NewTestSet { name: name.to_owned(), user_id, ..NewTestSet::default() };
    let test_set_id = create_new(conn, &new).await?;
    append(conn, test_set_id, 0, rows, user_id).await?;
    Ok(test_set_id)
}

/// Creates a test set without tests.
pub async fn create_new(conn: &mut PgConnection, new: &NewTestSet) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into test_set (id, name, description, visibility, is_published, user_id)
         values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(&new.name)
    .bind(&new.description)
    .bind(new.visibility.as_str())
    .bind(new.is_published)
    .bind(new.user_id)
    .fetch_one(conn)
    .await
}

/// Appends new tests to a test set that has `before` of them, one for each row, in their order. Three statements.
pub async fn append(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    before: i32,
    rows: &[Row],
    user_id: Option<Uuid>,
) -> sqlx::Result<()> {
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
         select $1, id, $3 + position from unnest($2::uuid[]) with ordinality as r (id, position)",
    )
    .bind(test_set_id)
    .bind(&test_ids)
    .bind(before)
    .execute(conn)
    .await?;
    Ok(())
}
