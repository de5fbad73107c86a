use std::time::Duration;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::TaskState;
use task::Status;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::wait::Wait;
use crate::App;
use crate::caller::Caller;
use crate::database::end;
use crate::id::Id;
use crate::problem::Problem;

/// How long between two looks at a task that somebody waits for.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// How a task stands. Times are UTC in RFC 3339.
#[derive(Serialize)]
pub(crate) struct Shown {
    task_id: Uuid,
    kind: String,
    status: String,
    result: Option<Value>,
    error: Option<Value>,
    attempt: i32,
    retries: Option<i32>,
    progress: Option<Progress>,
    created_at: DateTime<Utc>,
    not_before: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct Progress {
    done: i32,
    total: i32,
}

/// GET /tasks/{id}: how a task stands; with `?wait=20`, as soon as it has ended or after so many seconds.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Wait(wait): Wait,
) -> Result<Json<Shown>, Problem> {
    let until = Instant::now() + wait;
    loop {
        let state = look(&app, caller, id).await?;
        let left = until.saturating_duration_since(Instant::now());
        if has_ended(&state) || left.is_zero() {
            return Ok(Json(state.into()));
        }
        sleep(LOOK_AGAIN.min(left)).await;
    }
}

/// One look, in a transaction of its own: nothing is held while the caller waits.
async fn look(app: &App, caller: Caller, id: Uuid) -> Result<TaskState, Problem> {
    let mut tx = app.store.begin(caller.tenant()).await?;
    let outcome = store::find_task(&mut tx, id).await.map_err(Problem::from);
    end(tx, outcome).await?.ok_or_else(|| Problem::not_found("There is no such task."))
}

fn has_ended(state: &TaskState) -> bool {
    state.status.parse().is_ok_and(Status::is_final)
}

impl From<TaskState> for Shown {
    fn from(state: TaskState) -> Self {
        Self {
            task_id: state.task_id,
            kind: state.kind,
            status: state.status,
            result: state.result,
            error: state.error,
            attempt: state.attempt,
            retries: state.retries,
            progress: state
                .progress
                .done
                .zip(state.progress.total)
                .map(|(done, total)| Progress { done, total }),
            created_at: state.created_at,
            not_before: state.not_before,
            finished_at: state.finished_at,
        }
    }
}
