use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{NewTest, Visibility, append_tests};
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
    /// What it is for, in a line.
    pub short_description: Option<String>,
    /// What a caller keeps with it.
    pub metadata: Map<String, Value>,
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
        "insert into test_set (id, name, description, visibility, is_published, user_id, short_description, metadata)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
    )
    .bind(Uuid::now_v7())
    .bind(&new.name)
    .bind(&new.description)
    .bind(new.visibility.as_str())
    .bind(new.is_published)
    .bind(new.user_id)
    .bind(&new.short_description)
    .bind(Json(&new.metadata))
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
    let tests: Vec<NewTest<'_>> = rows.iter().map(NewTest::from).collect();
    append_tests(conn, test_set_id, before, &tests, user_id).await
}
