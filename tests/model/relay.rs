use crate::broken::{Broken, Kept};
use crate::world::World;

impl World<'_> {
    /// Moves every timer into the past. The relay's memory moves too if it slept.
    pub(crate) async fn pass(&mut self, seconds: u32, relay_sleeps: bool) -> Kept {
        let seconds = f64::from(seconds);
        sql::query(
            "update tasks.outbox set not_before = not_before - make_interval(secs => $1),
               visible_at = visible_at - make_interval(secs => $1), expires_at = expires_at - make_interval(secs => $1),
               claimed_at = claimed_at - make_interval(secs => $1)",
        )
        .bind(seconds)
        .execute(self.owner())
        .await?;
        sql::query("update tasks.task_group set check_at = check_at - make_interval(secs => $1)")
            .bind(seconds)
            .execute(self.owner())
            .await?;
        if relay_sleeps {
            sql::query("update tasks.relay set swept_at = swept_at - make_interval(secs => $1)")
                .bind(seconds)
                .execute(self.owner())
                .await?;
        }
        Ok(())
    }

    /// One sweep in the relay's order. A relay that dies has committed its last phase and sent nothing of it.
    pub(crate) async fn sweep(&mut self, dies_after: Option<u8>) -> Kept {
        let relay = self.system.relay.clone();
        relay.begin_sweep().await?;
        if dies_after == Some(0) {
            return Ok(());
        }
        for _ in 0..100 {
            let overdue = relay.sweep_overdue(500).await?;
            Broken::unless(overdue.stuck == 0, || format!("{} rows are stuck", overdue.stuck))?;
            self.send(overdue.wakes, dies_after != Some(1))?;
            if overdue.ended.is_empty() {
                break;
            }
        }
        if dies_after == Some(1) {
            return Ok(());
        }
        for round in 0.. {
            let check = relay.check_groups(500).await?;
            Broken::unless(check.corrected == 0, || format!("{} groups had to be mended", check.corrected))?;
            self.send(check.wakes, dies_after != Some(2))?;
            if check.checked == 0 {
                break;
            }
            Broken::unless(round < 100, || "groups are checked again and again".into())?;
        }
        if dies_after == Some(2) {
            return Ok(());
        }
        for round in 0.. {
            let wakes = relay.sweep_due(500, 100).await?;
            let done = wakes.is_empty();
            self.send(wakes, dies_after != Some(3))?;
            if done {
                break;
            }
            Broken::unless(round < 100, || "what is due is sent again and again".into())?;
        }
        Ok(())
    }
}
