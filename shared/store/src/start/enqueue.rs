use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use task::Wake;
use tracing::Instrument as _;
use uuid::Uuid;

use super::batch::Batch;
use crate::{NewTask, Result, Store, Tenant};

/// Tasks that were accepted.
#[derive(Debug, Default, Deserialize)]
pub struct Enqueued {
    /// Their ids, in the order of the list. With an idempotency key that was used before, it is the older task's.
    pub ids: Vec<Uuid>,
    /// The wake-up calls that the caller owes the queue after its commit. If it dies before, the relay sends them.
    pub wakes: Vec<Wake>,
}

/// Starts tasks of the organization that `tx` is bound to, all or none: they exist if and only if `tx` commits.
///
/// # Errors
/// If the transaction is bound to no organization; or an option is bad: see [`bad_option`](crate::start::bad_option); or Postgres
/// cannot be reached.
pub async fn enqueue(tx: &mut PgConnection, tasks: &[NewTask]) -> Result<Enqueued> {
    let span = tracing::info_span!(target: "trace", "enqueue", tasks = tasks.len());
    match Batch::of(tasks) {
        Some(batch) => batch.enqueue(tx).instrument(span).await,
        None => {
            let query = sql::query_scalar("select tasks.enqueue_all($1, true)").bind(Json(tasks));
            let enqueued: Json<Enqueued> = query.fetch_one(tx).instrument(span).await?;
            Ok(enqueued.0)
        }
    }
}

impl Store {
    /// Starts tasks in a commit of their own, all or none, of `tenant`, on whose behalf the caller may start them: in one round
    /// trip if they differ in their ids and arguments only.
    ///
    /// # Errors
    /// As [`enqueue`]; or if this role starts tasks in transactions only.
    pub async fn start(&self, tenant: Tenant, tasks: &[NewTask]) -> Result<Enqueued> {
        if let Some(batch) = Batch::of(tasks) {
            let span = tracing::info_span!(target: "trace", "enqueue", tasks = tasks.len());
            return batch.start(self, tenant).instrument(span).await;
        }
        let mut tx = self.begin(tenant).await?;
        let enqueued = enqueue(&mut tx, tasks).await?;
        tx.commit().await?;
        Ok(enqueued)
    }
}

/// Tasks behind a window, with a task that is fired once when the last of them has ended.
#[derive(Debug, Clone, Serialize)]
pub struct NewGroup {
    /// Its id, made by the caller.
    pub id: Uuid,
    /// How many members may be in flight, 1 to 64; 1 runs them in their order.
    pub window: u16,
    /// What they are.
    pub members: Vec<NewTask>,
    /// What follows the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback: Option<NewTask>,
    /// When the callback is fired.
    pub policy: Policy,
    /// The same key and request are the same group, as long as its first task is kept; 1 to 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// Whether the first member that does not succeed cancels those that have not ended: a chain, if the window is 1.
    pub stops_on_failure: bool,
}

/// When a group's callback is fired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// When every member has ended, however it ended.
    #[default]
    AllEnded,
    /// When every member has succeeded; otherwise the callback is revoked at the end of the last.
    AllSucceeded,
}

/// A group that was accepted.
#[derive(Debug, Default, Deserialize)]
pub struct EnqueuedGroup {
    /// The members' ids, in their order.
    pub ids: Vec<Uuid>,
    /// The callback's.
    pub callback_id: Option<Uuid>,
    /// The older group that an idempotency key had started; none if this one was.
    #[serde(default)]
    pub group_id: Option<Uuid>,
    /// The wake-up calls that the caller owes the queue after its commit.
    pub wakes: Vec<Wake>,
}

/// Starts a group of the organization that `tx` is bound to.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_group(tx: &mut PgConnection, group: &NewGroup) -> Result<EnqueuedGroup> {
    let span = tracing::info_span!(target: "trace", "enqueue", tasks = group.members.len());
    let enqueued: Json<EnqueuedGroup> = sql::query_scalar("select tasks.enqueue_group($1)")
        .bind(Json(group))
        .fetch_one(tx)
        .instrument(span)
        .await?;
    Ok(enqueued.0)
}

impl NewGroup {
    /// Tasks that run one after the other, each only if the one before it succeeded.
    #[must_use]
    pub fn chain(members: Vec<NewTask>) -> Self {
        let (id, window, callback, idempotency_key) = (Uuid::now_v7(), 1, None, None);
        let policy = Policy::AllEnded;
        Self { id, window, members, callback, policy, idempotency_key, stops_on_failure: true }
    }
}

/// Marks tasks of the organization that `tx` is bound to as sent that were started without a wake-up call, as by the SQL function
/// `tasks.enqueue`, and answers the calls that the caller owes the queue after its commit. What cannot be sent now is left alone.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn kick(tx: &mut PgConnection, tasks: &[Uuid]) -> Result<Vec<Wake>> {
    let wakes: Json<Vec<Wake>> = sql::query_scalar("select tasks.kick($1)").bind(tasks).fetch_one(tx).await?;
    Ok(wakes.0)
}

/// Lets go of the idempotency key of a task: what it had started has been deleted, and the same request starts anew.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn forget_key(tx: &mut PgConnection, task_id: Uuid) -> Result<()> {
    sql::query("select tasks.forget_key($1)").bind(task_id).execute(tx).await?;
    Ok(())
}
