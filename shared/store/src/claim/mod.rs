pub(crate) mod verbs;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Result, Store};

/// What a message says: which attempt of which task it would start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The task.
    pub task_id: Uuid,
    /// The attempt.
    pub attempt: i32,
}

/// What Postgres says to it.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Run it: the attempt is ours until the lease ends.
    Claimed(Claimed),
    /// Leave it; the message has nothing more to say.
    Refused(Asked, Refusal),
}

/// An attempt that this invocation may run.
#[derive(Debug, Clone, Deserialize, sqlx::FromRow)]
pub struct Claimed {
    /// The task.
    pub task_id: Uuid,
    /// The fence: every later write names it.
    pub attempt: i32,
    /// The arguments, as they were checked when the task was started.
    #[sqlx(json)]
    pub args: Value,
    /// Whose task it is.
    pub organization_id: Option<Uuid>,
    /// Who started it.
    pub user_id: Option<Uuid>,
    /// Retries spent so far.
    pub retries: i32,
    /// Retries there are.
    pub max_retries: i32,
    /// Where an earlier attempt wants this one to continue.
    #[sqlx(json(nullable))]
    pub cursor: Option<Value>,
    /// What the task was given to carry.
    #[sqlx(json(nullable))]
    pub headers: Option<Value>,
    /// Seconds that this attempt may run, if the task overrides its kind's limit.
    pub time_limit: Option<f64>,
    /// Seconds between the time from which this attempt could have begun and its claim.
    pub delay_seconds: f64,
    /// Whether nobody else is concerned by its end: it has no group, and no limit.
    #[serde(default)]
    pub alone: bool,
    /// Whether the attempt before was lost: the process died, maybe of this task.
    #[serde(default)]
    #[sqlx(default)]
    pub was_lost: bool,
}

impl Claimed {
    /// A text that the task was given to carry under this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.as_ref()?.get(name)?.as_str()
    }
}

/// Why an attempt is not ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refusal {
    /// The task has ended.
    Ended,
    /// The message is of an older attempt, or of none yet.
    Superseded,
    /// Another invocation runs this attempt.
    Taken,
    /// Not before so many seconds have passed; none: not before its group lets it go.
    Early(Option<f64>),
    /// Its key has no room: not before so many seconds have passed; none: not before another task of the key ends.
    Limited(Option<f64>),
    /// It was not begun in time, and is ended now.
    Expired,
    /// Its group was cancelled.
    Cancelled,
    /// Its contract is newer than this function.
    Newer,
    /// There is no such task of this kind: forged, or pruned long ago.
    Unknown,
}

impl Refusal {
    /// In one word, for logs and metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Superseded => "superseded",
            Self::Taken => "taken",
            Self::Early(_) => "early",
            Self::Limited(_) => "limited",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Newer => "newer",
            Self::Unknown => "unknown",
        }
    }
}

#[derive(Deserialize)]
struct Row {
    outcome: String,
    wait_seconds: Option<f64>,
    #[serde(flatten)]
    asked: Asked,
}

impl Store {
    /// Renews the leases of this invocation, and answers which are still its own.
    ///
    /// # Errors
    /// If Postgres could not be asked; then nothing is known.
    pub async fn heartbeat(&self, token: Uuid, tasks: &[Uuid]) -> Result<Vec<Uuid>> {
        let query = sql::query_scalar("select tasks.heartbeat($1, $2)").bind(token).bind(tasks);
        self.one(query).await
    }

    /// Which claims of this invocation still hold; the others were revoked or lost.
    ///
    /// # Errors
    /// If Postgres could not be asked; then nothing is known.
    pub async fn still_held(&self, token: Uuid, tasks: &[Uuid]) -> Result<Vec<Uuid>> {
        let query = sql::query_scalar("select tasks.still_held($1, $2)").bind(token).bind(tasks);
        self.one(query).await
    }

    /// Saves where a long task is; false if the claim is gone, and nothing was saved.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn checkpoint(&self, token: Uuid, task_id: Uuid, attempt: i32, cursor: &Value) -> Result<bool> {
        let query = sql::query_scalar("select tasks.checkpoint($1, $2, $3, $4)")
            .bind(token)
            .bind(task_id)
            .bind(attempt)
            .bind(cursor);
        self.one(query).await
    }
}

impl Answer {
    pub(crate) fn read(row: Value) -> Result<Self> {
        let decode = |error: serde_json::Error| sqlx::Error::Decode(error.into());
        if row["outcome"] == "claimed" {
            return serde_json::from_value(row).map(Self::Claimed).map_err(decode);
        }
        let Row { outcome, wait_seconds, asked } = serde_json::from_value(row).map_err(decode)?;
        let refusal = match outcome.as_str() {
            "ended" => Refusal::Ended,
            "superseded" => Refusal::Superseded,
            "taken" => Refusal::Taken,
            "early" => Refusal::Early(wait_seconds),
            "limited" => Refusal::Limited(wait_seconds),
            "expired" => Refusal::Expired,
            "cancelled" => Refusal::Cancelled,
            "newer" => Refusal::Newer,
            _ => Refusal::Unknown,
        };
        Ok(Self::Refused(asked, refusal))
    }
}
