use std::convert::Infallible;
use std::slice;
use utoipa::ToSchema;

use axum::Json;
use axum::extract::State;
use catalog::ExecuteTestConfiguration;
use rhesis::configurations::{self, ConfigurationError};
use rhesis::runs;
use serde::Serialize;
use sqlx::PgConnection;
use store::NewTask;
use task::Wake;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::answer::refusal::refused;
use crate::database::transact;
use crate::kick::kick;
use crate::middleware::log;
use crate::middleware::trace::Trace;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::idempotency::IdempotencyKey;

/// What was started.
#[derive(Serialize, ToSchema)]
#[schema(as = SubmittedRun)]
pub(crate) struct Submitted {
    /// The task that executes the run.
    pub(crate) task_id: Uuid,
    /// `submitted`.
    status: &'static str,
    /// What is executed.
    pub(crate) test_configuration_id: Uuid,
    /// The run.
    pub(crate) test_run_id: Uuid,
    /// Its test set.
    pub(crate) test_set_id: Uuid,
    /// The AI system under test.
    pub(crate) endpoint_id: Uuid,
    /// Who asked.
    user_id: Uuid,
}

/// POST /test-configurations/{id}/execute: starts a test run.
///
/// Run, task and outbox row come to exist in one commit, or not at all; with a key that was used before, nothing does, and
/// the answer is that of the first request.
#[utoipa::path(
    post, path = "/test_configurations/{id}/execute", operation_id = "execute_test_configuration",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Object, description = "Ignored; may be empty."),
    responses((status = 200, body = Submitted))
)]
pub(crate) async fn execute(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    _options: Object,
) -> Result<Json<Submitted>, Problem> {
    let mut task = NewTask::of(&ExecuteTestConfiguration { test_configuration_id: id });
    key.give(&mut task)?;
    trace.give(&mut task);
    let (submitted, wakes) =
        transact!(app, caller, |tx| submit(tx, caller, id, &task).await.map_err(|e| key.name(e)))?;
    log::task(submitted.task_id);
    kick(&app.queue, &wakes).await;
    Ok(Json(submitted))
}

pub(crate) async fn submit(
    tx: &mut PgConnection,
    caller: Caller,
    id: Uuid,
    task: &NewTask,
) -> Result<(Submitted, Vec<Wake>), Problem> {
    let configuration = configurations::load(tx, id).await?;
    let (task_id, earlier, wakes) = enqueue(tx, task).await?;
    let test_run_id = match earlier {
        Some(test_run_id) => test_run_id,
        None => runs::queue(tx, &configuration, task_id, Some(caller.user_id)).await?,
    };
    let submitted = Submitted {
        task_id,
        status: "submitted",
        test_configuration_id: id,
        test_run_id,
        test_set_id: configuration.test_set_id,
        endpoint_id: configuration.endpoint_id,
        user_id: caller.user_id,
    };
    Ok((submitted, wakes))
}

/// Enqueues the task of a run; with a key that was used before, answers the task of then and its run.
pub(crate) async fn enqueue(
    tx: &mut PgConnection,
    task: &NewTask,
) -> Result<(Uuid, Option<Uuid>, Vec<Wake>), Problem> {
    let enqueued = store::enqueue(tx, slice::from_ref(task)).await.map_err(refused)?;
    let task_id = enqueued.ids.first().copied().unwrap_or(task.id);
    if task_id == task.id {
        return Ok((task_id, None, enqueued.wakes));
    }
    // None: the key is held by a task of another door, which made no run here.
    let run = runs::progress(tx, task_id).await?;
    let run = run.ok_or_else(|| Problem::invalid("idempotency_key", "was used for another request"))?;
    Ok((task_id, Some(run.test_run_id), enqueued.wakes))
}

impl From<ConfigurationError> for Problem {
    fn from(error: ConfigurationError) -> Self {
        match error {
            ConfigurationError::NotFound(_) => Self::not_found("Test configuration not found"),
            ConfigurationError::NoTestSet(_) | ConfigurationError::EmptyTestSet(_) => {
                Self::invalid("test_set_id", error.to_string())
            }
            ConfigurationError::EndpointDeleted(_) => Self::invalid("endpoint_id", error.to_string()),
            ConfigurationError::BadAttribute { bad, .. } => {
                Self::invalid(bad.field, bad.detail).below("attributes")
            }
            ConfigurationError::Database(error) => error.into(),
        }
    }
}
