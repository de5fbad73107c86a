use sqlx::PgConnection;
use uuid::Uuid;

use super::{Format, ImportError, MOST_ROWS, Row, rows};
use crate::test_sets::{self, NewTestSet};

/// How many rows, and how many bytes of them, are sent to Postgres at a time.
const ROWS_AT_A_TIME: usize = 5_000;
const BYTES_AT_A_TIME: usize = 8 << 20;

/// Why a file did not become a test set.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not what it must be.
    #[error(transparent)]
    File(#[from] ImportError),
    /// Postgres could not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a test set of a file; answers its id and the number of its tests.
///
/// Rows are written while the file is read, so that a large one is not in memory twice. After an error the transaction
/// must be rolled back: then nothing was written.
pub async fn store(
    conn: &mut PgConnection,
    new: &NewTestSet,
    format: Format,
    file: &[u8],
) -> Result<(Uuid, i32), StoreError> {
    let test_set_id = test_sets::create_new(conn, new).await?;
    let (mut stored, mut bytes) = (0_i32, 0);
    let (mut waiting, mut problems): (Vec<Row>, Vec<_>) = (Vec::new(), Vec::new());
    for (place, row) in rows(format, file)?.enumerate() {
        if place == MOST_ROWS {
            return Err(ImportError::TooManyRows.into());
        }
        match row {
            Ok(row) if problems.is_empty() => {
                bytes += row.len();
                waiting.push(row);
            }
            Ok(_) => {}
            Err(problem) => problems.push(problem),
        }
        if problems.is_empty() && (waiting.len() == ROWS_AT_A_TIME || bytes > BYTES_AT_A_TIME) {
            stored += append(conn, test_set_id, stored, &mut waiting, new.user_id).await?;
            bytes = 0;
        }
    }
    if !problems.is_empty() {
        return Err(ImportError::BadRows(problems).into());
    }
    stored += append(conn, test_set_id, stored, &mut waiting, new.user_id).await?;
    if stored == 0 {
        return Err(ImportError::NoRows.into());
    }
    Ok((test_set_id, stored))
}

async fn append(
    conn: &mut PgConnection,
    test_set_id: Uuid,
    before: i32,
    rows: &mut Vec<Row>,
    user_id: Option<Uuid>,
) -> sqlx::Result<i32> {
    test_sets::append(conn, test_set_id, before, rows, user_id).await?;
    let appended = rows.len();
    rows.clear();
    Ok(i32::try_from(appended).unwrap_or(i32::MAX))
}
