use std::collections::HashMap;

use sqlx::FromRow;
use uuid::Uuid;

use crate::broken::{Broken, Kept};
use crate::world::World;

/// A task as it was after a step.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Seen {
    pub(crate) task_id: Uuid,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) attempt: i32,
    pub(crate) retries: Option<i32>,
    max_retries: Option<i32>,
    claimed: bool,
    awaits: Option<Uuid>,
    result: Option<serde_json::Value>,
}

impl Seen {
    pub(crate) fn ended(&self) -> bool {
        matches!(self.status.as_str(), "SUCCESS" | "FAILURE" | "REVOKED")
    }

    /// The budget as far as this step may have touched it.
    fn spent(&self) -> (i32, i32) {
        (self.retries.unwrap_or_default(), self.max_retries.unwrap_or_default())
    }
}

impl World<'_> {
    /// Looks at everything: what is wrong now, and what changed as it must not.
    pub(crate) async fn look(&mut self) -> Kept {
        for questions in [include_str!("promises.sql"), include_str!("effects.sql")] {
            let wrong: Vec<String> = sql::query_scalar(questions).fetch_all(self.owner()).await?;
            Broken::unless(wrong.is_empty(), || wrong.join("; "))?;
        }
        let now: Vec<Seen> = sql::query_as(
            "select s.task_id, s.kind, s.status, s.attempt, s.retries, s.max_retries, s.awaits, s.result,
               s.claimed_at is not null as claimed
             from tasks.task_state s order by s.created_at, s.task_id",
        )
        .fetch_all(self.owner())
        .await?;
        for task in &now {
            match self.seen.get(&task.task_id) {
                Some(before) => self.compare(before, task)?,
                None => Broken::unless((task.attempt, task.retries) == (1, Some(0)) || task.ended(), || {
                    format!("a new task starts at {task:?}")
                })?,
            }
        }
        Broken::unless(now.len() >= self.seen.len(), || "a task vanished".into())?;
        self.tasks = now.iter().map(|task| task.task_id).collect();
        self.groups = sql::query_scalar("select id from tasks.task_group order by created_at, id")
            .fetch_all(self.owner())
            .await?;
        self.check_progress(&now).await?;
        self.seen = now.into_iter().map(|task| (task.task_id, task)).collect::<HashMap<_, _>>();
        Ok(())
    }

    fn compare(&self, before: &Seen, now: &Seen) -> Kept {
        let allowed = self.changes_allowed(before, now);
        Broken::unless(allowed.is_none(), || {
            format!("{}: {before:?} became {now:?}", allowed.unwrap_or_default())
        })
    }

    /// Why a task must not become so; none if it may.
    fn changes_allowed(&self, before: &Seen, now: &Seen) -> Option<&'static str> {
        let id = now.task_id;
        if now.attempt < before.attempt {
            return Some("the attempt went back");
        }
        if before.ended() {
            let same =
                (&before.status, before.attempt, &before.result) == (&now.status, now.attempt, &now.result);
            let anew = self.may_begin_anew.contains(&id) && before.status != "SUCCESS";
            let fresh = now.attempt == before.attempt + 1 && now.retries == Some(0);
            return (!(same || anew && fresh)).then_some("an ended task changed");
        }
        // The clock's judgement: a lease that ran out costs a retry.
        let may_cost = self.may_cost.contains(&id) || self.sweeping && before.claimed;
        let ((spent, budget), (now_spent, _)) = (before.spent(), now.spent());
        if now.ended() {
            let out_of_budget = may_cost && now.status == "FAILURE" && spent < budget;
            return out_of_budget.then_some("it failed with retries left");
        }
        if now_spent != spent && !(may_cost && now_spent == spent + 1) {
            return Some("the budget changed without a cause");
        }
        let returned = before.claimed && !now.claimed;
        if now.attempt - before.attempt != i32::from(returned || before.attempt != now.attempt) {
            return Some("a claim went and the attempt stayed, or went on by more than one");
        }
        (before.awaits.is_some() && now.awaits.is_none())
            .then_some("it no longer waits for its group, and runs again")
    }

    /// What a user is told of a task that waits for its group, against its rows.
    async fn check_progress(&self, now: &[Seen]) -> Kept {
        for task in now.iter().filter(|task| task.awaits.is_some()) {
            let mut tx = self.system.api.begin(self.tenant()).await?;
            let told = store::find_task(&mut tx, task.task_id).await?.map(|state| state.progress);
            let rows: (i64, i64) = sql::query_as(
                "select count(*) filter (where o.task_id is null), count(*)
                 from tasks.task t left join tasks.outbox o on o.task_id = t.id and o.group_id = t.group_id
                 where t.group_id = $1 and t.position is not null",
            )
            .bind(task.awaits)
            .fetch_one(self.owner())
            .await?;
            let told = told.and_then(|told| Some((told.done?.into(), told.total?.into())));
            Broken::unless(told == Some(rows), || format!("progress says {told:?}, the rows {rows:?}"))?;
        }
        Ok(())
    }
}
