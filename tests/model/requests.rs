use store::{NewGroup, NewTask, Policy, Revoked};
use uuid::Uuid;

use crate::broken::{Broken, Kept};
use crate::op::{Options, Shape};
use crate::world::{LIMIT, World};

impl Options {
    /// A task of the kind with these options. Groups take no part in the limit: their members would come in any order.
    pub(crate) fn new_task(&self, kind: &str) -> NewTask {
        NewTask {
            max_retries: Some(self.max_retries),
            countdown: Some(self.countdown.into()),
            expires_in: self.expires_in.map(Into::into),
            limit_key: self.limited.then(|| LIMIT.0.to_owned()),
            ..NewTask::named(kind, serde_json::json!({}))
        }
    }
}

impl World<'_> {
    pub(crate) async fn start(&mut self, options: &Options, kicked: bool) -> Kept {
        let mut tx = self.system.api.begin(self.tenant()).await?;
        let started = store::enqueue(&mut tx, &[options.new_task("count_test_sets")]).await?;
        tx.commit().await?;
        self.send(started.wakes, kicked)
    }

    pub(crate) async fn start_group(&mut self, shape: &Shape, kicked: bool) -> Kept {
        let group = NewGroup {
            id: Uuid::now_v7(),
            window: shape.window,
            members: (0..shape.members).map(|_| shape.options.new_task("execute_test")).collect(),
            callback: shape.callback.then(|| shape.callback_task()),
            policy: if shape.all_succeeded { Policy::AllSucceeded } else { Policy::AllEnded },
            stops_on_failure: shape.stops_on_failure,
            idempotency_key: None,
        };
        let mut tx = self.system.api.begin(self.tenant()).await?;
        let started = store::enqueue_group(&mut tx, &group).await?;
        tx.commit().await?;
        Broken::unless(started.ids.len() == shape.members, || "a member is missing".into())?;
        self.send(started.wakes, kicked)
    }

    pub(crate) async fn revoke(&mut self, task: usize, kicked: bool) -> Kept {
        let Some(task) = Self::choose(&self.tasks, task) else { return Ok(()) };
        let mut tx = self.system.api.begin(self.tenant()).await?;
        let revoked = store::revoke(&mut tx, task).await?;
        tx.commit().await?;
        let Revoked { ended, wakes, .. } = revoked.ok_or_else(|| Broken::new("a task is unknown"))?;
        let was_open = !self.seen[&task].ended();
        Broken::unless(was_open != ended.is_empty(), || format!("revoked {was_open}: {ended:?}"))?;
        self.send(wakes, kicked)
    }

    pub(crate) async fn cancel(&mut self, group: usize, kicked: bool) -> Kept {
        let Some(group) = Self::choose(&self.groups, group) else { return Ok(()) };
        let mut tx = self.system.api.begin(self.tenant()).await?;
        let cancelled = store::cancel_group(&mut tx, group).await?;
        tx.commit().await?;
        self.send(cancelled.unwrap_or_default().wakes, kicked)
    }

    pub(crate) async fn retry(&mut self, task: usize, countdown: u32, kicked: bool) -> Kept {
        let Some(task) = Self::choose(&self.tasks, task) else { return Ok(()) };
        let mut tx = self.system.api.begin(self.tenant()).await?;
        let retried = store::retry(&mut tx, task, countdown.into()).await?;
        tx.commit().await?;
        let unsuccessful = matches!(self.seen[&task].status.as_str(), "FAILURE" | "REVOKED");
        Broken::unless(retried.is_some() == unsuccessful, || format!("begun anew: {retried:?}"))?;
        let retried = retried.unwrap_or_default();
        if retried.refused.is_none() {
            // A callback that its members' failure had revoked waits for them again.
            let callback: Option<Uuid> = sql::query_scalar(
                "select g.callback_id from tasks.task t join tasks.task_group g on g.id = t.group_id where t.id = $1",
            )
            .bind(task)
            .fetch_optional(self.owner())
            .await?
            .flatten();
            self.may_begin_anew.extend([task].into_iter().chain(callback));
        }
        self.send(retried.wakes, kicked)
    }
}
