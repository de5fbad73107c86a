use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Something that happened, noted in the commit in which it did, for the log.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Notice {
    /// Its id: should the line be written twice, both bear it.
    pub id: Uuid,
    /// Whose it is; none for a task of the system.
    pub organization_id: Option<Uuid>,
    /// What happened, as `task.failed`.
    pub event: String,
    /// Ids, status, counts and times.
    pub data: Value,
}

/// Takes at most `limit` notices in the caller's transaction: they are gone if it commits, and there again if not.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn take_notices(tx: &mut PgConnection, limit: i32) -> Result<Vec<Notice>> {
    sql::query_as("select id, organization_id, event, data from public.take_notices($1) order by id")
        .bind(limit)
        .fetch_all(tx)
        .await
}
