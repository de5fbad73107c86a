use sqlx::PgConnection;
use uuid::Uuid;

use super::{Reply, SendError};

/// Notes how an attempt went, for the organization to see; a receiver that is gone is called no more.
pub async fn note(conn: &mut PgConnection, id: Uuid, attempt: &Result<Reply, SendError>) -> sqlx::Result<()> {
    let (status, error) = match attempt {
        Ok(reply) => (reply.status(), matches!(reply, Reply::Gone).then(|| "it answered 410".to_owned())),
        Err(error) => (error.status(), Some(error.to_string())),
    };
    sql::query(
        "update webhook
         set last_status = $2, last_error = left($3, 1000), last_attempt_at = clock_timestamp(),
           is_active = is_active and not $4, updated_at = clock_timestamp()
         where id = $1",
    )
    .bind(id)
    .bind(status.map(i32::from))
    .bind(error)
    .bind(matches!(attempt, Ok(Reply::Gone)))
    .execute(conn)
    .await?;
    Ok(())
}
