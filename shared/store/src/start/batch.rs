use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use task::Wake;
use uuid::Uuid;

use crate::{Enqueued, NewTask, Result, Store, Tenant};

/// Tasks that differ in their ids and arguments only: Postgres looks at what they share once, and writes them as columns, not
/// one by one.
pub(crate) struct Batch<'a> {
    shared: NewTask,
    ids: Vec<Uuid>,
    args: Vec<Json<&'a Value>>,
}

impl<'a> Batch<'a> {
    /// None if they differ in more, or in something that is each task's own to be checked.
    pub(crate) fn of(tasks: &'a [NewTask]) -> Option<Self> {
        let first = tasks.first()?;
        let fits = |task: &NewTask| task.idempotency_key.is_none() && task.args.is_object();
        if !tasks.iter().all(|task| fits(task) && task.shares(first)) {
            return None;
        }
        Some(Self {
            shared: NewTask { id: Uuid::nil(), args: Value::Null, ..first.clone() },
            ids: tasks.iter().map(|task| task.id).collect(),
            args: tasks.iter().map(|task| Json(&task.args)).collect(),
        })
    }

    /// Starts them in the caller's transaction.
    pub(crate) async fn enqueue(self, tx: &mut PgConnection) -> Result<Enqueued> {
        let (wait, organization_id) =
            sql::query_as("select tasks.enqueue_batch($1, $2, $3), tasks.bound_organization()")
                .bind(Json(&self.shared))
                .bind(&self.ids)
                .bind(&self.args)
                .fetch_one(tx)
                .await?;
        Ok(self.started(organization_id, wait))
    }

    /// Starts them in a commit and a round trip of their own.
    pub(crate) async fn start(self, store: &Store, tenant: Tenant) -> Result<Enqueued> {
        let query = sql::query_scalar("select tasks.start($1, $2, $3, $4, $5)")
            .bind(tenant.organization_id)
            .bind(tenant.user_id)
            .bind(Json(&self.shared))
            .bind(&self.ids)
            .bind(&self.args);
        let wait = store.one(query).await?;
        Ok(self.started(tenant.organization_id, wait))
    }

    fn started(self, organization_id: Option<Uuid>, wait: Option<f64>) -> Enqueued {
        let wakes = wait.map(|wait_seconds| {
            let kind = &self.shared.kind;
            let wake =
                |&task_id| Wake { task_id, attempt: 1, kind: kind.clone(), organization_id, wait_seconds };
            self.ids.iter().map(wake).collect()
        });
        Enqueued { wakes: wakes.unwrap_or_default(), ids: self.ids }
    }
}
