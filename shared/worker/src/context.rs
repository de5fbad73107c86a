use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::{Claimed, Store, Tenant};
use tokio::time::Instant;
use uuid::Uuid;

use crate::Tx;

/// What a handler knows of its attempt, and what it may do through the engine. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    task_id: Uuid,
    attempt: i32,
    retries: i32,
    max_retries: i32,
    tenant: Tenant,
    deadline: Instant,
    kept: Mutex<Option<Tx>>,
}

impl Context {
    pub(crate) fn new(store: Store, claimed: &Claimed, deadline: Instant) -> Self {
        let tenant = Tenant { organization_id: claimed.organization_id, user_id: claimed.user_id };
        let Claimed { task_id, attempt, retries, max_retries, .. } = *claimed;
        let kept = Mutex::default();
        Self {
            inner: Arc::new(Inner { store, task_id, attempt, retries, max_retries, tenant, deadline, kept }),
        }
    }

    /// The task that this is an attempt of.
    #[must_use]
    pub fn task_id(&self) -> Uuid {
        self.inner.task_id
    }

    /// Which attempt this is, from 1. It also counts attempts that cost no retry.
    #[must_use]
    pub fn attempt(&self) -> i32 {
        self.inner.attempt
    }

    /// Whether a failure now would be final: the retries are spent.
    #[must_use]
    pub fn is_last_try(&self) -> bool {
        self.inner.retries >= self.inner.max_retries
    }

    /// Whose task this is; none for a system task, which sees no tenant's rows.
    #[must_use]
    pub fn organization_id(&self) -> Option<Uuid> {
        self.inner.tenant.organization_id
    }

    /// Who started it.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        self.inner.tenant.user_id
    }

    /// A key that is the same for every attempt of this task: give it to the outside world, which may see an attempt's
    /// call twice.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        self.inner.task_id.to_string()
    }

    /// How long this attempt may still run.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.inner.deadline.saturating_duration_since(Instant::now())
    }

    /// A transaction bound to the task's organization. Never hold it across a network call.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn begin(&self) -> store::Result<Tx> {
        Ok(Tx::new(self.inner.store.begin(self.inner.tenant).await?, self.inner.task_id))
    }

    /// Lets the task end in `tx`: what was written in it, the tasks it started, the result or permanent error and the end
    /// are one commit, made when the handler has returned. An attempt that is to be repeated leaves nothing of it.
    pub fn finish_in(&self, tx: Tx) {
        *self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(tx);
    }

    pub(crate) fn take_kept(&self) -> Option<Tx> {
        self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
