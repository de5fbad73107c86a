use serde::Deserialize;
use sqlx::types::Json;
use task::Wake;

use crate::connect::asks_again;
use crate::{Result, Settled, Store};

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
        sqlx::query_scalar("select tasks.begin_sweep()").fetch_one(self.pool()).await
    }

    /// Marks at most `limit` due tasks as sent and answers the wake-up calls to send.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn sweep_due(&self, limit: i32) -> Result<Vec<Wake>> {
        let wakes: Json<Vec<Wake>> =
            sqlx::query_scalar("select tasks.sweep_due($1)").bind(limit).fetch_one(self.pool()).await?;
        Ok(wakes.0)
    }

    /// Ends at most `limit` attempts whose lease ran out and tasks that expired.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn sweep_overdue(&self, limit: i32) -> Result<Settled> {
        let mut tries = 0;
        loop {
            let answer = sqlx::query_scalar::<_, Json<Settled>>("select tasks.sweep_overdue($1)")
                .bind(limit)
                .fetch_one(self.pool())
                .await;
            match answer {
                Ok(settled) => return Ok(settled.0),
                Err(error) if tries < 3 && asks_again(&error) => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Recounts at most `limit` groups whose turn it is.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn check_groups(&self, limit: i32) -> Result<GroupCheck> {
        let check: Json<GroupCheck> =
            sqlx::query_scalar("select tasks.check_groups($1)").bind(limit).fetch_one(self.pool()).await?;
        Ok(check.0)
    }
}
