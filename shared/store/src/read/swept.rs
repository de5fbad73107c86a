use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::Result;

/// When the relay swept last.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn swept_at(tx: &mut PgConnection) -> Result<Option<DateTime<Utc>>> {
    sql::query_scalar("select (select swept_at from tasks.relay)").fetch_one(tx).await
}
