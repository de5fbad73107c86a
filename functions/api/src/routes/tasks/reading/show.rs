use crate::document::words;
use std::time::Duration;
use utoipa::ToSchema;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::TaskState;
use task::Status;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::attempt::Attempt;
use super::overrides::overrides;
use super::wait::{Wait, Waiting};
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::long_calls::LongCall;
use crate::request::caller::Caller;
use crate::request::id::Id;

/// How long between two looks at a task that somebody waits for.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// How a task stands. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct Shown {
    /// The task.
    task_id: Uuid,
    /// Its kind.
    #[schema(example = "count_test_sets")]
    kind: String,
    /// What it was started with.
    #[schema(value_type = Object)]
    args: Value,
    /// Where it stands.
    #[schema(value_type = words::TaskStatus)]
    status: String,
    /// What it answered, once it is a SUCCESS.
    result: Option<Value>,
    /// Why it failed, once it is a FAILURE: `type`, `message`, and what else the handler said.
    error: Option<Value>,
    /// The attempt that runs, or is next, or was the last.
    attempt: i32,
    /// Spent of the budget; null once it has ended.
    retries: Option<i32>,
    /// How far the group is that it was handed over to.
    progress: Option<Progress>,
    /// Those that did not succeed, oldest first, the last 100 of them.
    attempts: Vec<Attempt>,
    /// The group that it was started in.
    group: Option<Membership>,
    /// The task that it belongs to.
    parent_id: Option<Uuid>,
    /// Who started it.
    user_id: Option<Uuid>,
    /// The schedule that started it.
    schedule_id: Option<Uuid>,
    /// What it overrides of its kind's policy.
    #[schema(value_type = Object)]
    options: Value,
    /// What travels with it to its handler.
    #[schema(value_type = HashMap<String, String>)]
    headers: Value,
    /// When it was started.
    created_at: DateTime<Utc>,
    /// While it waits: when the next attempt may begin.
    not_before: Option<DateTime<Utc>>,
    /// When it is revoked if it has not begun.
    expires_at: Option<DateTime<Utc>>,
    /// When the attempt began that runs, or was the last; null before the first, and between two.
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// From `started_at` to `finished_at`, in milliseconds.
    duration_ms: Option<i64>,
}

/// How far the group is that a task was handed over to.
#[derive(Serialize, ToSchema)]
struct Progress {
    /// The group.
    group_id: Uuid,
    /// How many of its members have ended.
    done: i32,
    /// How many it has.
    total: i32,
}

/// The group that a task was started in.
#[derive(Serialize, ToSchema)]
struct Membership {
    /// The group.
    group_id: Uuid,
    /// The task's place in it, from 0; null: it is the group's callback.
    position: Option<i32>,
}

/// GET /tasks/{id}: how a task stands; with `?wait=20`, as soon as it has ended or after so many seconds.
#[utoipa::path(get, path = "/tasks/{id}", operation_id = "get_task", params(Waiting), responses(
    (status = 200, body = Shown),
    (status = 429, description = "As many requests wait, or call endpoints, as may at a time: again after `Retry-After`, or without `wait`.", headers(("Retry-After"))),
))]
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Wait(wait): Wait,
) -> Result<Json<Shown>, Problem> {
    let until = Instant::now() + wait;
    let state = look(&app, caller, id).await?;
    if has_ended(&state) || wait.is_zero() {
        return Ok(Json(state.into()));
    }
    let held = LongCall::begin(&app, caller, wait).await?;
    let state = end_of(&app, caller, id, until).await;
    held.end(&app).await;
    Ok(Json(state?.into()))
}

/// How a task stands now. A transaction of its own: nothing is held while the caller waits.
async fn look(app: &App, caller: Caller, id: Uuid) -> Result<TaskState, Problem> {
    transact!(app, caller, |tx| Ok(store::find_task(tx, id).await?))?.ok_or_else(no_such_task)
}

/// How a task stands that has not ended yet, once it has, or at `until`.
async fn end_of(app: &App, caller: Caller, id: Uuid, until: Instant) -> Result<TaskState, Problem> {
    loop {
        sleep(LOOK_AGAIN.min(until.saturating_duration_since(Instant::now()))).await;
        let state = look(app, caller, id).await?;
        if has_ended(&state) || Instant::now() >= until {
            return Ok(state);
        }
    }
}

/// There is none, or it is another tenant's, or was pruned.
pub(crate) fn no_such_task() -> Problem {
    Problem::not_found("There is no such task.")
}

/// How long an ended task's last attempt took, what it was handed over to included.
pub(crate) fn duration_ms(
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
) -> Option<i64> {
    started_at.zip(finished_at).map(|(started, finished)| (finished - started).num_milliseconds())
}

fn progress(of: store::Progress) -> Option<Progress> {
    Some(Progress { group_id: of.handed_to?, done: of.done?, total: of.total? })
}

fn has_ended(state: &TaskState) -> bool {
    state.status.parse().is_ok_and(Status::is_final)
}

impl From<TaskState> for Shown {
    fn from(state: TaskState) -> Self {
        let position = state.position;
        Self {
            task_id: state.task_id,
            kind: state.kind,
            args: state.args,
            status: state.status,
            result: state.result,
            error: state.error,
            attempt: state.attempt,
            retries: state.retries,
            progress: progress(state.progress),
            attempts: state.attempts.0.into_iter().map(Attempt::from).collect(),
            group: state.group_id.map(|group_id| Membership { group_id, position }),
            parent_id: state.parent_id,
            user_id: state.user_id,
            schedule_id: state.schedule_id,
            options: overrides(state.options),
            headers: state.headers.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            created_at: state.created_at,
            not_before: state.not_before,
            expires_at: state.expires_at,
            started_at: state.started_at,
            finished_at: state.finished_at,
            duration_ms: duration_ms(state.started_at, state.finished_at),
        }
    }
}
