use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use task::Wake;
use uuid::Uuid;

use crate::Result;

/// What a revoke or a cancel did.
#[derive(Debug, Default, Deserialize)]
pub struct Revoked {
    /// The tasks that it ended; the task itself is not among them if it had ended before.
    pub ended: Vec<Uuid>,
    /// The wake-up calls that the caller owes the queue after its commit.
    pub wakes: Vec<Wake>,
    /// Members of a cancelled group that are still to be ended: by the next call, or by the relay.
    pub left: i64,
    /// The group that was cancelled with the task.
    #[serde(default)]
    pub group_id: Option<Uuid>,
}

/// Ends an unfinished task of the organization that `tx` is bound to, also while it runs; none if it has no such task.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn revoke(tx: &mut PgConnection, task_id: Uuid) -> Result<Option<Revoked>> {
    let revoked: Option<Json<Revoked>> =
        sql::query_scalar("select tasks.revoke($1)").bind(task_id).fetch_one(tx).await?;
    Ok(revoked.map(|revoked| revoked.0))
}

/// Cancels an unfinished group of the organization that `tx` is bound to; none if it has no such group. At most 1,000
/// members are ended by one call.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn cancel_group(tx: &mut PgConnection, group_id: Uuid) -> Result<Option<Revoked>> {
    let revoked: Option<Json<Revoked>> =
        sql::query_scalar("select tasks.cancel_group($1)").bind(group_id).fetch_one(tx).await?;
    Ok(revoked.map(|revoked| revoked.0))
}

/// What became of a task that was to begin anew.
#[derive(Debug, Default, Deserialize)]
pub struct Retried {
    /// The wake-up calls that the caller owes the queue after its commit.
    #[serde(default)]
    pub wakes: Vec<Wake>,
    /// Why it did not begin anew, as a sentence, if its group does not allow it now.
    pub refused: Option<String>,
}

/// Begins a failed or revoked task of the organization that `tx` is bound to anew, not before `countdown` seconds have passed, with
/// its whole budget; none if the organization has no such task in such a state.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn retry(tx: &mut PgConnection, task_id: Uuid, countdown: f64) -> Result<Option<Retried>> {
    let retried: Option<Json<Retried>> = sql::query_scalar("select tasks.retry_ended($1, $2)")
        .bind(task_id)
        .bind(countdown)
        .fetch_one(tx)
        .await?;
    Ok(retried.map(|retried| retried.0))
}

/// Limits how many tasks of a key of the organization that `tx` is bound to run at a time, and how many begin per so many
/// seconds. Both none: no limit.
///
/// # Errors
/// If Postgres could not be asked, or a number is not positive.
pub async fn set_limit(
    tx: &mut PgConnection,
    key: &str,
    max_running: Option<i32>,
    rate: Option<(f64, f64)>,
) -> Result<()> {
    sql::query("select tasks.set_limit($1, $2, $3, $4)")
        .bind(key)
        .bind(max_running)
        .bind(rate.map(|(count, _)| count))
        .bind(rate.map(|(_, seconds)| seconds))
        .execute(tx)
        .await?;
    Ok(())
}
