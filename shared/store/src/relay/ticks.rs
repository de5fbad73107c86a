use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use task::{CatchUp, Wake};
use timetable::Timing;
use uuid::Uuid;

use crate::{Result, Store};

/// Schedules whose tick has come.
#[derive(Debug, Deserialize)]
pub struct DueSchedules {
    /// Postgres's clock when it looked.
    pub now: DateTime<Utc>,
    /// In the order of their ids.
    pub schedules: Vec<DueSchedule>,
}

/// A schedule whose tick has come.
#[derive(Debug, Clone, Deserialize)]
pub struct DueSchedule {
    /// Its id.
    pub id: Uuid,
    /// The tick that it waits for.
    pub next_at: DateTime<Utc>,
    cron: Option<String>,
    time_zone: Option<String>,
    every: Option<i64>,
    catch_up: CatchUp,
}

/// What is to be done about a schedule.
#[derive(Debug, Clone, Serialize)]
pub struct Fire {
    id: Uuid,
    /// The tick that it waited for when it was read; if it waits for another by now, nothing is done.
    seen: DateTime<Utc>,
    /// A task for each.
    pub ticks: Vec<DateTime<Utc>>,
    next_at: DateTime<Utc>,
    /// Why it cannot tick, and is to be paused.
    problem: Option<String>,
}

/// What was done.
#[derive(Debug, Default, Deserialize)]
pub struct Fired {
    /// Schedules that were moved on.
    pub fired: i64,
    /// Tasks that were started.
    pub tasks: i64,
    /// Schedules that cannot start their task, and were paused.
    pub paused: i64,
    /// Schedules that could not be moved on now: Postgres's trouble, not theirs. The next round tries again.
    pub stuck: i64,
    /// The wake-up calls to send.
    pub wakes: Vec<Wake>,
}

impl DueSchedule {
    /// What it owes at `now`.
    #[must_use]
    pub fn fire(&self, now: DateTime<Utc>) -> Fire {
        let due = Timing::read(self.cron.as_deref(), self.time_zone.as_deref(), self.every)
            .map_err(|bad| bad.to_string())
            .and_then(|timing| {
                timing
                    .due(self.next_at, now, self.catch_up)
                    .ok_or_else(|| "cron: never comes again".to_owned())
            });
        let (id, seen) = (self.id, self.next_at);
        match due {
            Ok(due) => Fire { id, seen, ticks: due.ticks, next_at: due.next_at, problem: None },
            Err(problem) => Fire { id, seen, ticks: Vec::new(), next_at: seen, problem: Some(problem) },
        }
    }
}

impl Store {
    /// At most `limit` schedules whose tick has come, with ids above `after`.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn due_schedules(&self, after: Option<Uuid>, limit: i32) -> Result<DueSchedules> {
        let query = sql::query_scalar("select tasks.due_schedules($1, $2)").bind(after).bind(limit);
        let due: Json<DueSchedules> = self.one(query).await?;
        Ok(due.0)
    }

    /// Starts the tasks of ticks and moves their schedules on, in one commit; each tick once, whoever else tries.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn fire_schedules(&self, fires: &[Fire]) -> Result<Fired> {
        let fired: Json<Fired> =
            self.again(|| sql::query_scalar("select tasks.fire_schedules($1)").bind(Json(fires))).await?;
        Ok(fired.0)
    }
}
