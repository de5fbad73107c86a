use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::import::Row;

/// A test to be made, with what it is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewTest<'a> {
    /// What the endpoint is asked; not empty.
    pub prompt: &'a str,
    /// The answer that is expected.
    pub expected: Option<&'a str>,
    /// The language of the prompt, as `en`; `en-US` unless said.
    pub language_code: Option<&'a str>,
    /// What kind of test it is.
    pub category: Option<&'a str>,
    /// What it is about.
    pub topic: Option<&'a str>,
    /// The behavior that it tests, whose metrics judge it where nothing else is said.
    pub behavior_id: Option<Uuid>,
    /// What a caller keeps with it.
    pub metadata: Option<&'a Map<String, Value>>,
}

impl<'a> From<&'a Row> for NewTest<'a> {
    fn from(row: &'a Row) -> Self {
        Self { prompt: &row.prompt, expected: row.expected.as_deref(), ..Self::default() }
    }
}

/// Appends new tests to a test set that has `before` of them, in their order. Three statements, however many tests.
pub async fn append_tests(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    before: i32,
    tests: &[NewTest<'_>],
    user_id: Option<Uuid>,
) -> sqlx::Result<()> {
    let prompt_ids: Vec<Uuid> = tests.iter().map(|_| Uuid::now_v7()).collect();
    let test_ids: Vec<Uuid> = tests.iter().map(|_| Uuid::now_v7()).collect();
    sql::query(
        "insert into prompt (id, content, expected_response, language_code, user_id)
         select id, content, expected, coalesce(language, 'en-US'), $5
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as r (id, content, expected, language)",
    )
    .bind(&prompt_ids)
    .bind(each(tests, |test| test.prompt))
    .bind(each(tests, |test| test.expected))
    .bind(each(tests, |test| test.language_code))
    .bind(user_id)
    .execute(&mut *conn)
    .await?;
    sql::query(
        "insert into test (id, prompt_id, category, topic, behavior_id, metadata, user_id)
         select id, prompt_id, category, topic, behavior_id, coalesce(metadata, '{}'), $7
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::jsonb[])
              as r (id, prompt_id, category, topic, behavior_id, metadata)",
    )
    .bind(&test_ids)
    .bind(&prompt_ids)
    .bind(each(tests, |test| test.category))
    .bind(each(tests, |test| test.topic))
    .bind(each(tests, |test| test.behavior_id))
    .bind(each(tests, |test| test.metadata.map(Json)))
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

/// A column of them.
fn each<'a, T>(tests: &[NewTest<'a>], column: impl Fn(&NewTest<'a>) -> T) -> Vec<T> {
    tests.iter().map(column).collect()
}
