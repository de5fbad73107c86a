use sqlx::PgConnection;
use uuid::Uuid;

use crate::secrets::Sealed;

/// Whom to call, and with which secret.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Receiver {
    /// The address.
    pub url: String,
    /// The secret to sign with.
    pub secret: Sealed,
}

/// The receiver of an active webhook; `None` if it is not there, or not active.
pub async fn load(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<Receiver>> {
    sql::query_as("select url, secret from webhook where id = $1 and is_active")
        .bind(id)
        .fetch_optional(conn)
        .await
}
