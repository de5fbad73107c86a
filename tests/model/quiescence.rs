use store::Asked;

use crate::broken::{Broken, Kept};
use crate::op::{Crash, End};
use crate::world::World;

impl World<'_> {
    /// Nobody asks for anything any more; every function lives and succeeds; time goes by and the relay sweeps. Then every
    /// task ends, and nothing is left behind.
    pub(crate) async fn come_to_rest(&mut self) -> Kept {
        self.workers.clear();
        self.may_begin_anew.clear();
        for _ in 0..60 {
            self.work_off().await?;
            self.sweeping = true;
            // The first sweep after a gap judges no lease; the second does.
            for seconds in [4000, 100] {
                self.pass(seconds, seconds > 100).await?;
                self.sweep(None).await?;
                self.look().await?;
            }
            let promises: i64 =
                sql::query_scalar("select count(*) from tasks.outbox").fetch_one(self.owner()).await?;
            if promises == 0 {
                return self.check_ends().await;
            }
        }
        let left: Vec<String> =
            sql::query_scalar("select to_jsonb(o)::text from tasks.outbox o").fetch_all(self.owner()).await?;
        Err(Broken::new(format!("these never end: {}", left.join("\n"))))
    }

    async fn work_off(&mut self) -> Kept {
        self.sweeping = false;
        self.may_cost.clear();
        // What comes too early comes again, in the next round.
        for wake in std::mem::take(&mut self.messages) {
            let asked = [Asked { task_id: wake.task_id, attempt: wake.attempt }];
            for _ in self.claim(&wake.kind, &asked).await? {
                let last = self.workers.len() - 1;
                self.heartbeat(last).await?;
                self.end(last, &End::Success, Crash::Never).await?;
            }
        }
        self.look().await
    }

    async fn check_ends(&self) -> Kept {
        let wrong: Vec<String> = sql::query_scalar(
            "select format('task %s is %s', id, status) from tasks.task
             where status not in ('SUCCESS', 'FAILURE', 'REVOKED')
             union all
             select format('group %s has not finished', id) from tasks.task_group where finished_at is null
             union all
             select format('group %s: %s of %s members did not succeed, but the callback is %s', g.id, g.unsuccessful,
               g.total, c.status)
             from tasks.task_group g join tasks.task c on c.id = g.callback_id
             where g.policy = 'all_succeeded' and g.unsuccessful > 0 and c.status <> 'REVOKED' and c.attempt = 1",
        )
        .fetch_all(self.owner())
        .await?;
        Broken::unless(wrong.is_empty(), || wrong.join("; "))
    }
}
