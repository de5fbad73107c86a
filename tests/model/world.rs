use std::collections::{HashMap, HashSet};

use sqlx::PgPool;
use store::{Store, Tenant};
use task::Wake;
use testing::System;
use uuid::Uuid;

use crate::broken::{Broken, Kept};
use crate::op::Op;
use crate::seen::Seen;
use crate::workers::Worker;

/// The key that limited tasks share, and how many of them may run.
pub(crate) const LIMIT: (&str, i32) = ("key", 2);

/// Everything outside Postgres: the queue, the functions that run or ran, and what was seen of tasks so far.
pub(crate) struct World<'a> {
    pub(crate) system: &'a System,
    stores: &'a HashMap<&'static str, Store>,
    pub(crate) messages: Vec<Wake>,
    pub(crate) workers: Vec<Worker>,
    pub(crate) retired: Vec<Worker>,
    pub(crate) tasks: Vec<Uuid>,
    pub(crate) groups: Vec<Uuid>,
    pub(crate) seen: HashMap<Uuid, Seen>,
    /// What this step may cost a retry, and begin anew.
    pub(crate) may_cost: HashSet<Uuid>,
    pub(crate) may_begin_anew: HashSet<Uuid>,
    pub(crate) sweeping: bool,
}

impl<'a> World<'a> {
    /// An empty world; `stores` are those of the functions, by kind.
    pub(crate) fn new(system: &'a System, stores: &'a HashMap<&'static str, Store>) -> Self {
        Self {
            system,
            stores,
            messages: Vec::new(),
            workers: Vec::new(),
            retired: Vec::new(),
            tasks: Vec::new(),
            groups: Vec::new(),
            seen: HashMap::new(),
            may_cost: HashSet::new(),
            may_begin_anew: HashSet::new(),
            sweeping: false,
        }
    }

    /// Lives through a history, then comes to rest.
    pub(crate) async fn live(mut self, history: &[Op]) -> Kept {
        self.clear().await?;
        for (step, op) in history.iter().enumerate() {
            self.step(op).await.map_err(|broken| broken.at(format_args!("step {step}")))?;
        }
        self.come_to_rest().await.map_err(|broken| broken.at("at rest"))
    }

    async fn step(&mut self, op: &Op) -> Kept {
        self.may_cost.clear();
        self.may_begin_anew.clear();
        self.sweeping = matches!(op, Op::Sweep { .. });
        self.take(op).await?;
        self.look().await
    }

    async fn take(&mut self, op: &Op) -> Kept {
        match op {
            Op::Start { options, kicked } => self.start(options, *kicked).await,
            Op::StartGroup { shape, kicked } => self.start_group(shape, *kicked).await,
            Op::Deliver { message, batch, again } => self.deliver(*message, *batch, *again).await,
            Op::Run { message, end } => self.run(*message, end).await,
            Op::Lose { message } => self.lose(*message),
            Op::Forge { task, offset } => self.forge(*task, *offset).await,
            Op::ForgeEnd { task, end } => self.forge_end(*task, end).await,
            Op::ForgeUnknown => self.forge_unknown().await,
            Op::Heartbeat { worker } => self.heartbeat(*worker).await,
            Op::Checkpoint { worker } => self.checkpoint(*worker).await,
            Op::End { worker, end, crash } => self.end(*worker, end, *crash).await,
            Op::EndAgain { worker, end } => self.end_again(*worker, end).await,
            Op::Pass { seconds, relay_sleeps } => self.pass(*seconds, *relay_sleeps).await,
            Op::Sweep { dies_after } => self.sweep(*dies_after).await,
            Op::Revoke { task, kicked } => self.revoke(*task, *kicked).await,
            Op::Cancel { group, kicked } => self.cancel(*group, *kicked).await,
            Op::Retry { task, countdown, kicked } => self.retry(*task, *countdown, *kicked).await,
        }
    }

    /// What the history before left.
    async fn clear(&self) -> Kept {
        sqlx::raw_sql(
            "delete from tasks.outbox; delete from tasks.task_group; delete from tasks.task; delete from test_set;
             update tasks.relay set swept_at = clock_timestamp()",
        )
        .execute(self.owner())
        .await?;
        let mut tx = self.system.api.begin(self.tenant()).await?;
        store::set_limit(&mut tx, LIMIT.0, Some(LIMIT.1), None).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) fn owner(&self) -> &'a PgPool {
        self.system.database.owner()
    }

    pub(crate) fn tenant(&self) -> Tenant {
        self.system.organization.tenant()
    }

    /// The store of the function of a kind.
    pub(crate) fn store(&self, kind: &str) -> Store {
        self.stores[kind].clone()
    }

    /// Sends wake-up calls, or dies before.
    pub(crate) fn send(&mut self, wakes: Vec<Wake>, sent: bool) -> Kept {
        for wake in &wakes {
            let sane = wake.wait_seconds.is_finite() && wake.attempt >= 1;
            Broken::unless(sane, || format!("a wake-up call that makes no sense: {wake:?}"))?;
        }
        if sent {
            self.messages.extend(wakes);
        }
        Ok(())
    }

    /// One of the ids, or none if there are none.
    pub(crate) fn choose<T: Clone>(list: &[T], number: usize) -> Option<T> {
        (!list.is_empty()).then(|| list[number % list.len()].clone())
    }
}
