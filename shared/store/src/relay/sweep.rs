use std::time::Duration;

use serde::Deserialize;
use sqlx::types::Json;
use task::Wake;
use uuid::Uuid;

use crate::{Result, Store};

/// What a look at overdue rows did.
#[derive(Debug, Default, Deserialize)]
pub struct Overdue {
    /// Attempts declared lost and tasks that expired.
    pub ended: Vec<Uuid>,
    /// The wake-up calls to send.
    pub wakes: Vec<Wake>,
    /// Rows that could not be settled and were put off: an engine's error, worth an alarm.
    pub stuck: i64,
}

/// What a recount of groups found.
#[derive(Debug, Default, Deserialize)]
pub struct GroupCheck {
    /// Groups that were looked at.
    pub checked: i64,
    /// Groups whose counters were wrong: an engine's error, mended.
    pub corrected: i64,
    /// The wake-up calls of members and callbacks that were let go.
    pub wakes: Vec<Wake>,
}

impl Store {
    /// Begins a sweep; true if there was a gap, and every lease was given its full time again.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn begin_sweep(&self) -> Result<bool> {
        self.one(sql::query_scalar("select tasks.begin_sweep()")).await
    }

    /// For how many whole seconds the oldest row that the relay should have acted on has been waiting for it.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn lag(&self) -> Result<i64> {
        self.one(sql::query_scalar("select tasks.lag()")).await
    }

    /// Marks at most `limit` due tasks as sent, at most `each` of one organization, and answers the wake-up calls to send.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn sweep_due(&self, limit: i32, each: i32) -> Result<Vec<Wake>> {
        let query = sql::query_scalar("select tasks.sweep_due($1, $2)").bind(limit).bind(each);
        let wakes: Json<Vec<Wake>> = self.one(query).await?;
        Ok(wakes.0)
    }

    /// Deletes at most `limit` ended tasks whose retention is over, and answers how many.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn prune(&self, limit: i32) -> Result<i32> {
        self.one(sql::query_scalar("select tasks.prune($1)").bind(limit)).await
    }

    /// Adds at most `limit` lines up that ends have left, and answers how many; see [`ended_tasks`](crate::ended_tasks).
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn add_up(&self, limit: i32) -> Result<i32> {
        self.one(sql::query_scalar("select tasks.add_up($1)").bind(limit)).await
    }

    /// Keeps what was added up small, and counts the failed tasks of at most `limit` errors anew.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn tidy_tally(&self, limit: i32) -> Result<()> {
        self.one(sql::query_scalar("select tasks.tidy_tally($1)::text").bind(limit))
            .await
            .map(|_: Option<String>| ())
    }

    /// In how long the relay has something to do again; zero if that is overdue, none if nothing is to come.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn next_due(&self) -> Result<Option<Duration>> {
        let seconds: Option<f64> = self.one(sql::query_scalar("select tasks.next_due()")).await?;
        Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
    }

    /// Ends at most `limit` attempts whose lease ran out and tasks that expired.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn sweep_overdue(&self, limit: i32) -> Result<Overdue> {
        let overdue: Json<Overdue> =
            self.again(|| sql::query_scalar("select tasks.sweep_overdue($1)").bind(limit)).await?;
        Ok(overdue.0)
    }

    /// Recounts at most `limit` groups whose turn it is.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn check_groups(&self, limit: i32) -> Result<GroupCheck> {
        let query = sql::query_scalar("select tasks.check_groups($1)").bind(limit);
        let check: Json<GroupCheck> = self.one(query).await?;
        Ok(check.0)
    }
}
