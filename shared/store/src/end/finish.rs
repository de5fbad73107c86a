use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::postgres::PgArguments;
use sqlx::query::QueryScalar;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres};
use task::{Task, Wake};
use uuid::Uuid;

use super::succeed::Successes;
use crate::{Result, Store};

/// How an attempt ended.
#[derive(Debug, Clone, Serialize)]
pub struct Ending {
    /// The task.
    pub task_id: Uuid,
    /// The attempt that ended.
    pub attempt: i32,
    /// In one word.
    pub outcome: Outcome,
    /// The output, of a success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// What went wrong, otherwise: `{type, message}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
    /// Seconds until the next attempt; none: the kind's backoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<f64>,
    /// Whether its claim said that nobody else is concerned by its end.
    #[serde(skip)]
    pub alone: bool,
}

/// What a function can say of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It has a result.
    Success,
    /// It failed for good.
    Failure,
    /// It failed; again, if the budget allows.
    Retry,
    /// Not now, at no cost.
    Snooze,
    /// It outlived its time limit; counts as a retry.
    TimedOut,
    /// It panicked; counts as a retry.
    Panicked,
    /// Its handler never began; at no cost.
    GaveBack,
    /// Its connection to Postgres broke; at no cost, after a pause that grows.
    Interrupted,
    /// Postgres gave its transaction up in favour of another; the first ten of a task at no cost.
    Contended,
    /// It goes on in another invocation, from the cursor in `result`; at no cost.
    Continued,
}

impl Outcome {
    /// The word in the database, in logs and in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Retry => "retry",
            Self::Snooze => "snooze",
            Self::TimedOut => "timed_out",
            Self::Panicked => "panicked",
            Self::GaveBack => "gave_back",
            Self::Interrupted => "interrupted",
            Self::Contended => "contended",
            Self::Continued => "continued",
        }
    }
}

/// What became of endings.
#[derive(Debug, Default, Deserialize)]
pub struct Settled {
    /// The tasks whose ending was written. Whatever is missing was superseded: nothing of it was written.
    pub ended: Vec<Uuid>,
    /// The wake-up calls that the caller owes the queue after its commit.
    pub wakes: Vec<Wake>,
}

impl Settled {
    /// Endings that nothing follows from.
    fn of(ended: Vec<Uuid>) -> Self {
        Self { ended, wakes: Vec::new() }
    }
}

/// Tasks behind a window, and the task that is fired once when the last of them has ended.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    id: Uuid,
    window: u16,
    callback: Member,
    members: Vec<Member>,
}

/// A task of a group.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    kind: &'static str,
    args: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Value>,
}

impl Group {
    /// How many members may be in flight at most: beyond, they would queue for the group's counters.
    pub const WIDEST: u16 = 64;

    /// A group of `members`, in this order, of which at most `window` are in flight (1 to 64), then `callback`.
    pub fn new<M: Task, C: Task>(members: impl IntoIterator<Item = M>, window: u16, callback: &C) -> Self {
        Self {
            id: Uuid::now_v7(),
            window: window.clamp(1, Self::WIDEST),
            callback: Member::of(callback),
            members: members.into_iter().map(|member| Member::of(&member)).collect(),
        }
    }

    /// The same group, whose every task is given these headers to carry.
    #[must_use]
    pub fn carrying(mut self, headers: Option<Map<String, Value>>) -> Self {
        if let Some(headers) = headers.map(Value::Object) {
            for member in self.members.iter_mut().chain([&mut self.callback]) {
                member.headers = Some(headers.clone());
            }
        }
        self
    }
}

impl Member {
    fn of<T: Task>(args: &T) -> Self {
        let args = serde_json::to_value(args).expect("arguments of a task are JSON");
        Self { kind: T::KIND, args, headers: None }
    }
}

impl Store {
    /// Writes endings, each if its claim still holds, in one commit.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn finish(&self, token: Uuid, endings: &[Ending]) -> Result<Settled> {
        match Successes::of(endings) {
            Some(successes) => Ok(Settled::of(self.again(|| successes.writing(token)).await?)),
            None => Ok(self.again(|| finishing(token, endings)).await?.0),
        }
    }

    /// Hands a claimed task over to a group, in a commit of its own.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn hand_over(
        &self,
        token: Uuid,
        task_id: Uuid,
        attempt: i32,
        group: &Group,
    ) -> Result<Settled> {
        Ok(self.again(|| handing_over(token, task_id, attempt, group)).await?.0)
    }
}

/// Writes endings in the caller's transaction, which must be bound to no tenant. If an ending is not among the ended,
/// its claim is gone and the caller must roll back.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn finish_in(tx: &mut PgConnection, token: Uuid, endings: &[Ending]) -> Result<Settled> {
    match Successes::of(endings) {
        Some(successes) => Ok(Settled::of(successes.writing(token).fetch_one(tx).await?)),
        None => Ok(finishing(token, endings).fetch_one(tx).await?.0),
    }
}

/// Hands a claimed task over to a group in the caller's transaction; see [`finish_in`].
///
/// # Errors
/// If Postgres could not be asked.
pub async fn hand_over_in(
    tx: &mut PgConnection,
    token: Uuid,
    task_id: Uuid,
    attempt: i32,
    group: &Group,
) -> Result<Settled> {
    Ok(handing_over(token, task_id, attempt, group).fetch_one(tx).await?.0)
}

type Settling<'q> = QueryScalar<'q, Postgres, Json<Settled>, PgArguments>;

fn finishing(token: Uuid, endings: &[Ending]) -> Settling<'_> {
    sql::query_scalar("select tasks.finish($1, $2)").bind(token).bind(Json(endings))
}

fn handing_over(token: Uuid, task_id: Uuid, attempt: i32, group: &Group) -> Settling<'_> {
    sql::query_scalar("select tasks.hand_over($1, $2, $3, $4)")
        .bind(token)
        .bind(task_id)
        .bind(attempt)
        .bind(Json(group))
}

impl Ending {
    /// An attempt that ended well.
    #[must_use]
    pub fn success(task_id: Uuid, attempt: i32, result: Value) -> Self {
        Self {
            task_id,
            attempt,
            outcome: Outcome::Success,
            result: Some(result),
            error: None,
            delay: None,
            alone: false,
        }
    }

    /// An attempt that goes on in another invocation.
    #[must_use]
    pub fn continued(task_id: Uuid, attempt: i32, cursor: Value) -> Self {
        Self {
            task_id,
            attempt,
            outcome: Outcome::Continued,
            result: Some(cursor),
            error: None,
            delay: None,
            alone: false,
        }
    }

    /// An attempt that did not.
    #[must_use]
    pub fn other(task_id: Uuid, attempt: i32, outcome: Outcome, kind: &str, message: &str) -> Self {
        let error = serde_json::json!({ "type": kind, "message": message });
        Self { task_id, attempt, outcome, result: None, error: Some(error), delay: None, alone: false }
    }

    /// Whether what the attempt did is done: it is not to be repeated.
    #[must_use]
    pub fn stands(&self) -> bool {
        matches!(self.outcome, Outcome::Success | Outcome::Failure | Outcome::Continued)
    }

    /// Whether its error is of this type.
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        self.error.as_ref().is_some_and(|error| error["type"] == kind)
    }

    /// The same, with the time until the next attempt.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay: Some(delay.as_secs_f64()), ..self }
    }
}
