use std::convert::Infallible;
use utoipa::ToSchema;
use uuid::Uuid;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use store::NewTask;

use crate::App;
use crate::answer::problem::Problem;
use crate::answer::refusal::{orphan, refused_in};
use crate::database::transact;
use crate::kick::kick;
use crate::middleware::trace::Trace;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::idempotency::IdempotencyKey;
use crate::request::items::Items;
use crate::request::options::{self, ListedTask};

/// What a task of the body is called where it is named.
const LIST: &str = "tasks";

/// The tasks that were started.
#[derive(Serialize, ToSchema)]
pub(crate) struct StartedTasks {
    /// Their ids, in the order of the request.
    task_ids: Vec<Uuid>,
}

/// POST /tasks: starts up to 10,000 tasks, each `{"kind": …, "args": {…}, …}`, in one commit: all of them or none.
#[utoipa::path(
    post, path = "/tasks", operation_id = "start_tasks",
    request_body(content((Vec<ListedTask> = "application/json"), (ListedTask = "application/x-ndjson"))),
    responses(
        (status = 202, description = "All of them were accepted, in one commit.", body = StartedTasks),
        (status = 409, description = "A `task_id` is not free."),
    )
)]
pub(crate) async fn bulk(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    Items(items): Items,
) -> Result<(StatusCode, Json<StartedTasks>), Problem> {
    key.refuse()?;
    let tasks = read(LIST, items, options::listed, &trace)?;
    let enqueued = if tasks.iter().all(NewTask::refers_to_nothing) {
        app.store.start(caller.tenant(), &tasks).await.map_err(|error| refused_in(LIST, error))
    } else {
        transact!(app, caller, |tx| {
            if let Some((place, problem)) = orphan(tx, &tasks).await? {
                return Err(problem.in_item(LIST, place));
            }
            store::enqueue(tx, &tasks).await.map_err(|error| refused_in(LIST, error))
        })
    }?;
    kick(&app.queue, &enqueued.wakes).await;
    Ok((StatusCode::ACCEPTED, Json(StartedTasks { task_ids: enqueued.ids })))
}

/// Reads every task of `list`, or tells which of them cannot be read.
pub(crate) fn read(
    list: &str,
    items: Vec<Object>,
    reader: fn(Object) -> Result<NewTask, Problem>,
    trace: &Trace,
) -> Result<Vec<NewTask>, Problem> {
    let read = |(place, item)| {
        let mut task = reader(item).map_err(|problem: Problem| problem.in_item(list, place))?;
        trace.give(&mut task);
        Ok(task)
    };
    items.into_iter().enumerate().map(read).collect()
}
