use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// How a group stands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct GroupState {
    /// The group.
    pub group_id: Uuid,
    /// How many members it has.
    pub total: i32,
    /// How many of them have ended.
    pub done: i32,
    /// How many of those failed or were revoked.
    pub unsuccessful: i32,
    /// How many may be in flight.
    pub window: i32,
    /// `all_ended` or `all_succeeded`: when the callback is fired.
    pub policy: String,
    /// Whether it is a chain, whose rest is cancelled by the first member that does not succeed.
    pub stops_on_failure: bool,
    /// The task that follows the last member.
    pub callback_id: Option<Uuid>,
    /// The task that handed itself over to it.
    pub parent_id: Option<Uuid>,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When its callback had ended, or its last member if it has no callback.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The group `id`, if the tenant that `tx` is bound to has it.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn find_group(tx: &mut PgConnection, id: Uuid) -> Result<Option<GroupState>> {
    sql::query_as(
        "select id as group_id, total, total - remaining as done, unsuccessful, window_size as window, policy,
           stops_on_failure, callback_id, parent_id, created_at, cancelled_at, finished_at
         from tasks.task_group where id = $1",
    )
    .bind(id)
    .fetch_optional(tx)
    .await
}
