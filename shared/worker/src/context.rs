use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{Claimed, Store, Tenant};
use task::{Error, OrEnd};
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
    engine: Store,
    token: Uuid,
    claimed: Claimed,
    deadline: Instant,
    kept: Mutex<Option<Tx>>,
    /// Held by the transaction that is open.
    only: Arc<()>,
}

impl Context {
    /// `store` is for what the handler does, `engine` for what is done around it.
    pub(crate) fn new(store: Store, engine: Store, token: Uuid, claimed: Claimed, deadline: Instant) -> Self {
        let (kept, only) = (Mutex::default(), Arc::default());
        Self { inner: Arc::new(Inner { store, engine, token, claimed, deadline, kept, only }) }
    }

    /// The task that this is an attempt of.
    #[must_use]
    pub fn task_id(&self) -> Uuid {
        self.inner.claimed.task_id
    }

    /// Which attempt this is, from 1. It also counts attempts that cost no retry.
    #[must_use]
    pub fn attempt(&self) -> i32 {
        self.inner.claimed.attempt
    }

    /// Whether a failure now would be final: the retries are spent.
    #[must_use]
    pub fn is_last_try(&self) -> bool {
        self.inner.claimed.retries >= self.inner.claimed.max_retries
    }

    /// Whose task this is; none for a system task, which sees no tenant's rows.
    #[must_use]
    pub fn organization_id(&self) -> Option<Uuid> {
        self.inner.claimed.organization_id
    }

    /// Who started it.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        self.inner.claimed.user_id
    }

    /// A key that is the same for every attempt of this task: give it to the outside world, which may see an attempt's
    /// call twice.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        self.inner.claimed.task_id.to_string()
    }

    /// How long this attempt may still run.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.inner.deadline.saturating_duration_since(Instant::now())
    }

    /// Returns when the time is nearly up: 10 s before the limit, or a fifth of what there was, if that is less. For a
    /// handler that wants to put its work in order, or to [go on](crate::End::Continue) in another invocation.
    pub async fn time_nearly_up(&self) {
        let left = self.time_left();
        let notice = (left / 5).min(Duration::from_secs(10));
        tokio::time::sleep(left - notice).await;
    }

    /// What the task was given to carry under this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&Value> {
        self.inner.claimed.headers.as_ref()?.get(name)
    }

    /// Where an earlier attempt of this task stopped, if it saved that.
    ///
    /// # Errors
    /// A permanent one, if what was saved is not a `C`.
    pub fn cursor<C: DeserializeOwned>(&self) -> task::Result<Option<C>> {
        let cursor = self.inner.claimed.cursor.clone();
        cursor
            .map(|cursor| serde_json::from_value(cursor).or_permanent("the saved cursor cannot be read"))
            .transpose()
    }

    /// Saves where this task is, in a commit of its own: an attempt that follows a crash goes on from here.
    ///
    /// # Errors
    /// If the claim is gone, or Postgres could not be asked.
    pub async fn save(&self, cursor: &(impl Serialize + Sync)) -> task::Result<()> {
        let Inner { engine, token, claimed, .. } = &*self.inner;
        let cursor = serde_json::to_value(cursor)?;
        if engine.checkpoint(*token, claimed.task_id, claimed.attempt, &cursor).await? {
            Ok(())
        } else {
            Err(Error::retry("the claim is gone: this attempt was superseded"))
        }
    }

    /// A transaction bound to the task's organization, the only one of this attempt until it is committed, dropped or the
    /// handler has returned. Never hold it across a network call.
    ///
    /// # Errors
    /// If Postgres could not be asked, or there is one already: a second would wait for a connection that the first has.
    pub async fn begin(&self) -> store::Result<Tx> {
        let only = Arc::clone(&self.inner.only);
        if Arc::strong_count(&only) > 2 {
            let said = "a handler has one transaction at a time: commit or drop the first before the second";
            return Err(sqlx::Error::Configuration(said.into()));
        }
        let Claimed { task_id, organization_id, user_id, .. } = self.inner.claimed;
        let tenant = Tenant { organization_id, user_id };
        Ok(Tx::new(self.inner.store.begin(tenant).await?, task_id, only))
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
