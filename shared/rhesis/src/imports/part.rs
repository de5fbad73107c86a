use sqlx::PgConnection;
use uuid::Uuid;

/// How many bytes a part may have: 4 MiB.
pub const LARGEST_PART: usize = 4 << 20;
/// How many bytes all parts together may have: 64 MiB.
pub const LARGEST_TOTAL: i64 = 64 << 20;
/// How many parts there may be.
pub const MOST_PARTS: i32 = 1_000;

/// Why a part is not kept.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// There is no such import, or it has expired.
    #[error("There is no such import.")]
    NotFound,
    /// It is a test set already.
    #[error("This import was committed: its parts are a test set.")]
    Committed,
    /// It was opened for fewer parts.
    #[error("must be from 1 to {0}, for as many parts it was opened")]
    BadNumber(i32),
    /// All parts together would be too large.
    #[error("All parts together may have {LARGEST_TOTAL} bytes.")]
    TooLarge,
    /// Postgres could not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Keeps a part; one that came before under the same number is replaced.
pub async fn put(conn: &mut PgConnection, id: Uuid, number: i32, content: &[u8]) -> Result<(), PutError> {
    // One part at a time: their sizes must add up.
    let import: Option<(bool, Option<i32>)> = sql::query_as(
        "select test_set_id is not null, parts from import
         where id = $1 and (test_set_id is not null or expires_at >= clock_timestamp()) for update",
    )
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    let (committed, parts) = import.ok_or(PutError::NotFound)?;
    if committed {
        return Err(PutError::Committed);
    }
    let most = parts.unwrap_or(MOST_PARTS);
    if !(1..=most).contains(&number) {
        return Err(PutError::BadNumber(most));
    }
    sql::query(
        "insert into import_part (import_id, number, content) values ($1, $2, $3)
         on conflict (import_id, number) do update set content = excluded.content",
    )
    .bind(id)
    .bind(number)
    .bind(content)
    .execute(&mut *conn)
    .await?;
    let total: i64 =
        sql::query_scalar("select sum(octet_length(content))::bigint from import_part where import_id = $1")
            .bind(id)
            .fetch_one(conn)
            .await?;
    if total > LARGEST_TOTAL {
        return Err(PutError::TooLarge);
    }
    Ok(())
}
