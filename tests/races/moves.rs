use store::{Answer, Asked, Ending, EnqueuedGroup, NewGroup, NewTask, Outcome, Policy, Settled};
use task::Wake;
use uuid::Uuid;

use crate::arena::{Arena, CALLBACK, MEMBER, new_task};

/// An attempt that a function claimed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) token: Uuid,
    pub(crate) task_id: Uuid,
    pub(crate) attempt: i32,
}

/// Members behind a window, and a callback.
pub(crate) fn new_group(members: usize, window: u16) -> NewGroup {
    NewGroup {
        id: Uuid::now_v7(),
        window,
        members: (0..members).map(|_| new_task(MEMBER, 3)).collect(),
        callback: Some(new_task(CALLBACK, 3)),
        policy: Policy::AllEnded,
        stops_on_failure: false,
        idempotency_key: None,
    }
}

impl Held {
    pub(crate) fn succeeds(self) -> Ending {
        Ending::success(self.task_id, self.attempt, serde_json::json!(1))
    }

    pub(crate) fn ends(self, outcome: Outcome) -> Ending {
        Ending::other(self.task_id, self.attempt, outcome, "Test", "as the race wants")
    }
}

/// What racers do; an error of Postgres fails the race.
impl Arena {
    pub(crate) async fn start(&self, tasks: &[NewTask]) -> Vec<Wake> {
        let mut tx = self.system.api.begin(self.system.organization.tenant()).await.unwrap();
        let started = store::enqueue(&mut tx, tasks).await.unwrap();
        tx.commit().await.unwrap();
        started.wakes
    }

    pub(crate) async fn start_group(&self, group: &NewGroup) -> EnqueuedGroup {
        let mut tx = self.system.api.begin(self.system.organization.tenant()).await.unwrap();
        let started = store::enqueue_group(&mut tx, group).await.unwrap();
        tx.commit().await.unwrap();
        started
    }

    pub(crate) async fn claim(&self, kind: &str, wakes: &[Wake]) -> Vec<Held> {
        let asked: Vec<Asked> =
            wakes.iter().map(|wake| Asked { task_id: wake.task_id, attempt: wake.attempt }).collect();
        let token = Uuid::now_v7();
        let answers = self.store(kind).claim(kind, &asked, token, i32::MAX, "request stream").await.unwrap();
        let held = |answer| match answer {
            Answer::Claimed(claimed) => {
                Some(Held { token, task_id: claimed.task_id, attempt: claimed.attempt })
            }
            Answer::Refused(..) => None,
        };
        answers.into_iter().filter_map(held).collect()
    }

    /// Ends an attempt together with what its handler wrote; if it is no longer the handler's, nothing of it.
    pub(crate) async fn succeed(&self, kind: &str, held: Held) -> Settled {
        let mut tx = self.store(kind).begin(self.system.organization.tenant()).await.unwrap();
        sql::query("insert into test_set (name, description) values ($1, $2)")
            .persistent(false)
            .bind(format!("{} success", held.task_id))
            .bind(held.attempt.to_string())
            .execute(&mut *tx)
            .await
            .unwrap();
        store::unbind(&mut tx).await.unwrap();
        let settled = store::finish_in(&mut tx, held.token, &[held.succeeds()]).await.unwrap();
        if settled.ended.is_empty() {
            tx.rollback().await.unwrap();
        } else {
            tx.commit().await.unwrap();
        }
        settled
    }

    /// Ends attempts together, as they come.
    pub(crate) async fn finish(&self, kind: &str, token: Uuid, endings: &[Ending]) -> Settled {
        self.store(kind).finish(token, endings).await.unwrap()
    }

    pub(crate) async fn revoke(&self, task_id: Uuid) -> Vec<Uuid> {
        let mut tx = self.system.api.begin(self.system.organization.tenant()).await.unwrap();
        let revoked = store::revoke(&mut tx, task_id).await.unwrap();
        tx.commit().await.unwrap();
        revoked.unwrap().ended
    }

    pub(crate) async fn cancel(&self, group_id: Uuid) -> Vec<Wake> {
        let mut tx = self.system.api.begin(self.system.organization.tenant()).await.unwrap();
        let cancelled = store::cancel_group(&mut tx, group_id).await.unwrap();
        tx.commit().await.unwrap();
        cancelled.unwrap_or_default().wakes
    }

    pub(crate) async fn retry(&self, task_id: Uuid) -> Option<Vec<Wake>> {
        let mut tx = self.system.api.begin(self.system.organization.tenant()).await.unwrap();
        let retried = store::retry(&mut tx, task_id, 0.0).await.unwrap();
        tx.commit().await.unwrap();
        retried.map(|retried| retried.wakes)
    }
}
