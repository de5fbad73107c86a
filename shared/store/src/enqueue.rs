use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use task::{Task, Wake};
use uuid::Uuid;

use crate::Result;

/// A task to be started.
#[derive(Debug, Clone, Serialize)]
pub struct NewTask {
    /// Its id, made by the caller so that business rows can name it.
    pub id: Uuid,
    /// Which kind.
    pub kind: String,
    /// The arguments: an object that the kind's contract can read.
    pub args: Value,
    /// Seconds from now until it may begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub countdown: Option<f64>,
    /// Overrides the contract's number of retries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<i32>,
    /// The task that started this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Uuid>,
}

impl NewTask {
    /// A task of a known kind, with the contract's defaults.
    ///
    /// # Panics
    /// If the arguments cannot be written as JSON.
    #[must_use]
    pub fn of<T: Task>(args: &T) -> Self {
        Self::named(T::KIND, serde_json::to_value(args).expect("arguments of a task are JSON"))
    }

    /// A task of a kind known by name only; the caller has checked `args` against its contract.
    #[must_use]
    pub fn named(kind: &str, args: Value) -> Self {
        Self {
            id: Uuid::now_v7(),
            kind: kind.into(),
            args,
            countdown: None,
            max_retries: None,
            parent_id: None,
        }
    }
}

/// Starts tasks of the organization that `tx` is bound to: they exist if and only if `tx` commits.
///
/// Answers the wake-up calls that the caller owes the queue after its commit. If it dies before, the relay sends them.
///
/// # Errors
/// If the transaction is bound to no organization or a kind is unknown; or Postgres cannot be reached.
pub async fn enqueue(tx: &mut PgConnection, tasks: &[NewTask]) -> Result<Vec<Wake>> {
    let wakes: Json<Vec<Wake>> =
        sqlx::query_scalar("select tasks.enqueue_all($1, true)").bind(Json(tasks)).fetch_one(tx).await?;
    Ok(wakes.0)
}
