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

#[derive(Deserialize)]
struct Retried {
    wakes: Vec<Wake>,
}

/// Begins a failed or revoked task of the organization that `tx` is bound to anew, `countdown` seconds from now, with its
/// whole budget; answers the wake-up calls to send, or none if it has no such task in such a state.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn retry(tx: &mut PgConnection, task_id: Uuid, countdown: f64) -> Result<Option<Vec<Wake>>> {
    let retried: Option<Json<Retried>> = sql::query_scalar("select tasks.retry_ended($1, $2)")
        .bind(task_id)
        .bind(countdown)
        .fetch_one(tx)
        .await?;
    Ok(retried.map(|retried| retried.0.wakes))
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
