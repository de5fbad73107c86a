use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};
use store::{NewTask, Result};
use task::{Task, Wake};
use uuid::Uuid;

/// A transaction that sees the rows of the task's organization only. Dropped, it never happened; see
/// [`Context::finish_in`](crate::Context::finish_in) and [`commit`](Tx::commit).
#[derive(Debug)]
pub struct Tx {
    pub(crate) inner: Transaction<'static, Postgres>,
    pub(crate) wakes: Vec<Wake>,
    parent_id: Uuid,
    /// Counted by the context: an attempt has one at a time.
    _only: Arc<()>,
}

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Postgres>, parent_id: Uuid, only: Arc<()>) -> Self {
        Self { inner, wakes: Vec::new(), parent_id, _only: only }
    }

    /// Starts another task of the same organization, if and only if this transaction commits; answers its id.
    ///
    /// # Errors
    /// If Postgres refuses it.
    pub async fn enqueue<T: Task>(&mut self, args: &T) -> Result<Uuid> {
        let headers = telemetry::carried().map(Value::Object);
        let new = NewTask { parent_id: Some(self.parent_id), headers, ..NewTask::of(args) };
        let id = new.id;
        self.wakes.extend(store::enqueue(&mut self.inner, &[new]).await?.wakes);
        Ok(id)
    }

    /// Commits on its own, before the task ends. A repeated attempt will find what was written.
    ///
    /// Tasks that were started in it are begun by the relay's next sweep.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
