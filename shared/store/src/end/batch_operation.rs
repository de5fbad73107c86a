use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgArguments;
use sqlx::query::QueryScalar;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres};
use task::Wake;
use uuid::Uuid;

use crate::{Result, Store};

/// What is to be done to all tasks that match: of a field that is none, any.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewBatchOperation {
    /// `revoke` or `retry`.
    pub operation: String,
    /// Only tasks of this kind.
    pub kind: Option<String>,
    /// Only those that stand so.
    pub status: Option<String>,
    /// Only those that failed with this error.
    pub fingerprint: Option<String>,
    /// Only those that this task started.
    pub parent_id: Option<Uuid>,
    /// Only members of this group.
    pub group_id: Option<Uuid>,
    /// Only those started at this time or later.
    pub created_after: Option<DateTime<Utc>>,
    /// Only those started before this time; at most those that there are when it begins.
    pub created_before: Option<DateTime<Utc>>,
    /// Tasks a second; all at once if none.
    pub rate: Option<f64>,
}

/// What somebody does to all tasks that match, and how far it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BatchOperation {
    /// None: it was only counted.
    pub id: Option<Uuid>,
    /// `revoke` or `retry`.
    pub operation: String,
    /// Who began it.
    pub user_id: Option<Uuid>,
    /// See [`NewBatchOperation`].
    pub kind: Option<String>,
    /// See [`NewBatchOperation`].
    pub status: Option<String>,
    /// See [`NewBatchOperation`].
    pub fingerprint: Option<String>,
    /// See [`NewBatchOperation`].
    pub parent_id: Option<Uuid>,
    /// See [`NewBatchOperation`].
    pub group_id: Option<Uuid>,
    /// See [`NewBatchOperation`].
    pub created_after: Option<DateTime<Utc>>,
    /// See [`NewBatchOperation`].
    pub created_before: DateTime<Utc>,
    /// Tasks a second.
    pub rate: Option<f64>,
    /// How many tasks there were when it was begun, counted up to 1,000,001.
    pub matched: i32,
    /// To how many it has been done.
    pub done: i32,
    /// Those that somebody else was faster with, or whose group does not allow it.
    pub skipped: i32,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Who stopped it.
    pub stopped_by: Option<Uuid>,
    /// When it was stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    /// When it was through or stopped.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Counts what the operation would be for, and begins it unless `dry_run`; none if the tenant that `tx` is bound to has ten that
/// are not through.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn begin_batch_operation(
    tx: &mut PgConnection,
    new: &NewBatchOperation,
    dry_run: bool,
) -> Result<Option<BatchOperation>> {
    sql::query_as("select b.* from tasks.begin_batch_operation($1, $2) b where b.operation is not null")
        .bind(Json(new))
        .bind(dry_run)
        .fetch_optional(tx)
        .await
}

/// A portion that was done.
#[derive(Debug, Deserialize)]
pub struct Portion {
    /// The wake-up calls that the caller owes the queue after its commit.
    pub wakes: Vec<Wake>,
}

/// Does the next `limit` of an operation of the tenant that `tx` is bound to; none if there is nothing to do now.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn continue_batch_operation(
    tx: &mut PgConnection,
    id: Uuid,
    limit: i32,
) -> Result<Option<Portion>> {
    let portion: Option<Json<Portion>> = portion(Some(id), limit).fetch_one(tx).await?;
    Ok(portion.map(|portion| portion.0))
}

fn portion(
    id: Option<Uuid>,
    limit: i32,
) -> QueryScalar<'static, Postgres, Option<Json<Portion>>, PgArguments> {
    sql::query_scalar("select tasks.continue_batch_operation($1, $2)").bind(id).bind(limit)
}

/// Stops an operation of the tenant that `tx` is bound to; false if it has none such that is not through.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn stop_batch_operation(tx: &mut PgConnection, id: Uuid) -> Result<bool> {
    sql::query_scalar("select tasks.stop_batch_operation($1)").bind(id).fetch_one(tx).await
}

/// The operations of the tenant that `tx` is bound to, the newest first: behind the one with this id, and at most so many.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn list_batch_operations(
    tx: &mut PgConnection,
    behind: Option<Uuid>,
    limit: i64,
) -> Result<Vec<BatchOperation>> {
    sql::query_as("select * from tasks.batch_operation where $1 is null or id < $1 order by id desc limit $2")
        .bind(behind)
        .bind(limit)
        .fetch_all(tx)
        .await
}

/// An operation of the tenant that `tx` is bound to.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn find_batch_operation(tx: &mut PgConnection, id: Uuid) -> Result<Option<BatchOperation>> {
    sql::query_as("select * from tasks.batch_operation where id = $1").bind(id).fetch_optional(tx).await
}

impl Store {
    /// Does the next `limit` of the operation that has waited longest, whoever's it is; none if there is nothing to do now.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn continue_batch_operation(&self, limit: i32) -> Result<Option<Portion>> {
        let done: Option<Json<Portion>> = self.again(|| portion(None, limit)).await?;
        Ok(done.map(|portion| portion.0))
    }
}
