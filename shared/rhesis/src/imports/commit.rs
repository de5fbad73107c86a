use sqlx::PgConnection;
use uuid::Uuid;

use crate::import::{self, Format, ImportError, StoreError};
use crate::test_sets::{NewTestSet, Visibility};

/// An import that is a test set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The test set.
    pub test_set_id: Uuid,
    /// How many tests it has.
    pub tests: i32,
    /// Whether it became one just now, and not at an earlier commit.
    pub now: bool,
}

/// Why an import does not become a test set. Nothing of it does, and its parts can be replaced.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// There is no such import, or it has expired.
    #[error("There is no such import.")]
    NotFound,
    /// This part has not come.
    #[error("part {0} has not come")]
    Missing(i32),
    /// The parts together are no file of tests.
    #[error(transparent)]
    File(ImportError),
    /// Postgres could not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

#[derive(sqlx::FromRow)]
struct Opened {
    name: String,
    format: String,
    visibility: String,
    parts: Option<i32>,
    user_id: Option<Uuid>,
    test_set_id: Option<Uuid>,
    tests: Option<i32>,
}

/// Makes one file of the parts, in the order of their numbers, and a test set of the file; a repeat answers the same.
///
/// After an error the transaction must be rolled back.
pub async fn commit(conn: &mut PgConnection, id: Uuid) -> Result<Committed, CommitError> {
    let opened: Option<Opened> = sql::query_as(
        "select name, format, visibility, parts, user_id, test_set_id, tests from import
         where id = $1 and (test_set_id is not null or expires_at >= clock_timestamp()) for update",
    )
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    let opened = opened.ok_or(CommitError::NotFound)?;
    if let Some((test_set_id, tests)) = opened.test_set_id.zip(opened.tests) {
        return Ok(Committed { test_set_id, tests, now: false });
    }
    let file = file(conn, id, opened.parts).await?;
    let new = NewTestSet {
        name: opened.name,
        visibility: Visibility::from_word(&opened.visibility).unwrap_or_default(),
        user_id: opened.user_id,
        ..NewTestSet::default()
    };
    let format = Format::from_word(&opened.format).unwrap_or(Format::Jsonl);
    let (test_set_id, tests) = import::store(conn, &new, format, &file).await?;
    sql::query(
        "with parts as (delete from import_part where import_id = $1)
         update import set test_set_id = $2, tests = $3, updated_at = clock_timestamp() where id = $1",
    )
    .bind(id)
    .bind(test_set_id)
    .bind(tests)
    .execute(conn)
    .await?;
    Ok(Committed { test_set_id, tests, now: true })
}

/// The parts as one file; a row may begin in one part and end in the next.
async fn file(conn: &mut PgConnection, id: Uuid, parts: Option<i32>) -> Result<Vec<u8>, CommitError> {
    let (numbers, bytes): (Vec<i32>, i64) = sql::query_as(
        "select coalesce(array_agg(number order by number), '{}'), coalesce(sum(octet_length(content)), 0)::bigint
         from import_part where import_id = $1",
    )
    .bind(id)
    .fetch_one(&mut *conn)
    .await?;
    let last = parts.or(numbers.last().copied()).unwrap_or(1);
    if let Some(missing) = (1..=last).find(|number| !numbers.contains(number)) {
        return Err(CommitError::Missing(missing));
    }
    let mut file = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    for number in numbers {
        let content: Vec<u8> =
            sql::query_scalar("select content from import_part where import_id = $1 and number = $2")
                .bind(id)
                .bind(number)
                .fetch_one(&mut *conn)
                .await?;
        file.extend_from_slice(&content);
    }
    Ok(file)
}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::File(error) => Self::File(error),
            StoreError::Database(error) => Self::Database(error),
        }
    }
}
