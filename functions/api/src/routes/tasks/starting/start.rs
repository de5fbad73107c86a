use crate::routes::tasks::TaskReference;
use std::convert::Infallible;
use std::slice;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;
use store::NewTask;
use task::Wake;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::answer::refusal::{orphan, refused};
use crate::database::transact;
use crate::kick::kick;
use crate::middleware::log;
use crate::middleware::trace::Trace;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::idempotency::IdempotencyKey;
use crate::request::kind::Kind;
use crate::request::options::{self, StartTask};
use crate::routes::tasks::reading::no_such_task;

/// POST /tasks/{kind}: starts a task with `{"args": {…}, "countdown": seconds, …}`, all optional.
///
/// 202 and the new task's id, or 200 and the older one's, if its key was used before.
#[utoipa::path(
    post, path = "/tasks/{id}", operation_id = "start_task",
    params(("id" = String, Path, description = "The name of a kind."), ("Idempotency-Key" = Option<String>, Header)),
    request_body = StartTask,
    responses(
        (status = 202, description = "It was accepted.", body = TaskReference, headers(("Location" = String))),
        (status = 200, description = "An earlier request with this key was: its task.", body = TaskReference, headers(("Location" = String))),
        (status = 409, description = "The `task_id` is not free."),
    )
)]
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    Kind(spec): Kind,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    body: Object,
) -> Result<Response, Problem> {
    let mut task = options::task(spec, body)?;
    key.give(&mut task)?;
    trace.give(&mut task);
    let started = if task.refers_to_nothing() {
        start_new(&app, caller, &task).await
    } else {
        transact!(app, caller, |tx| start_one(tx, &task).await.map_err(|e| key.name(e)))
    }?;
    log::task(started.id);
    kick(&app.queue, &started.wakes).await;
    let code = if started.new { StatusCode::ACCEPTED } else { StatusCode::OK };
    let location = [(header::LOCATION, format!("/tasks/{}", started.id))];
    let body = TaskReference { task_id: started.id, status: started.status };
    Ok((code, location, Json(body)).into_response())
}

/// A task that was accepted, now or before.
struct Started {
    id: Uuid,
    new: bool,
    status: String,
    wakes: Vec<Wake>,
}

/// Nothing is to be looked up: one statement.
async fn start_new(app: &App, caller: Caller, task: &NewTask) -> Result<Started, Problem> {
    let enqueued = app.store.start(caller.tenant(), slice::from_ref(task)).await.map_err(refused)?;
    Ok(Started { id: task.id, new: true, status: "PENDING".to_owned(), wakes: enqueued.wakes })
}

async fn start_one(tx: &mut PgConnection, task: &NewTask) -> Result<Started, Problem> {
    if let Some((_, problem)) = orphan(tx, slice::from_ref(task)).await? {
        return Err(problem);
    }
    let earlier = if task.is_identified() { store::find_task(tx, task.id).await? } else { None };
    let enqueued = store::enqueue(tx, slice::from_ref(task)).await.map_err(refused)?;
    let id = enqueued.ids.first().copied().unwrap_or(task.id);
    let new = id == task.id && earlier.is_none();
    let status = if new {
        "PENDING".to_owned()
    } else {
        store::find_task(tx, id).await?.ok_or_else(no_such_task)?.status
    };
    Ok(Started { id, new, status, wakes: enqueued.wakes })
}
