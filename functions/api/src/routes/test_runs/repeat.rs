use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog::ExecuteTestConfiguration;
use rhesis::runs::{self, NotRepeated};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use store::NewTask;
use task::Wake;
use utoipa::ToSchema;
use uuid::Uuid;

use super::only::only;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::middleware::log;
use crate::middleware::trace::Trace;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::fields::body;
use crate::request::id::Id;
use crate::request::idempotency::IdempotencyKey;
use crate::routes::test_configurations::enqueue;

/// What was started.
#[derive(Serialize, ToSchema)]
#[schema(as = SubmittedRepeat)]
pub(crate) struct Submitted {
    /// The task that executes the run.
    task_id: Uuid,
    /// `submitted`.
    status: &'static str,
    /// The new run.
    test_run_id: Uuid,
    /// The run of which tests are executed once more.
    repeat_of: Uuid,
    /// What is executed.
    test_configuration_id: Uuid,
    /// Its test set.
    test_set_id: Uuid,
    /// The AI system under test.
    endpoint_id: Uuid,
    /// Who asked.
    user_id: Uuid,
}

body! {
    /// Which tests are executed once more; all that the run has if nothing is said.
    pub(crate) struct Repeat {
        /// Only the tests that had this verdict.
        #[schema(value_type = Option<rhesis::Verdict>)]
        status: Option<String>,
        /// Only the tests that failed of this cause, as `/test_runs/{id}/failures` names it.
        #[schema(pattern = "^[0-9a-f]{16}$")]
        fingerprint: Option<String>,
    }
}

/// POST `/test_runs/{id}/repeat`: executes tests of a run that has ended once more, in a run of its own: the endpoint is asked again.
///
/// `{"status": "Error"}` or `{"fingerprint": "…"}` for those that came to this. Which tests they are is fixed at once.
#[utoipa::path(
    post, path = "/test_runs/{id}/repeat", operation_id = "repeat_test_run", params(("Idempotency-Key" = Option<String>, Header)),
    request_body = Repeat,
    responses(
        (status = 202, body = Submitted, headers(("Location" = String))),
        (status = 409, description = "It has not ended, or no test of it came to this."),
    )
)]
pub(crate) async fn repeat(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    body: Object,
) -> Result<Response, Problem> {
    body.only(Repeat::FIELDS)?;
    let (submitted, wakes) = transact!(app, caller, |tx| {
        submit(tx, caller, id, &body, (&key, &trace)).await.map_err(|problem| key.name(problem))
    })?;
    log::task(submitted.task_id);
    kick(&app.queue, &wakes).await;
    let location = [(header::LOCATION, format!("/tasks/{}", submitted.task_id))];
    Ok((StatusCode::ACCEPTED, location, Json(submitted)).into_response())
}

async fn submit(
    tx: &mut PgConnection,
    caller: Caller,
    id: Uuid,
    body: &Object,
    (key, trace): (&IdempotencyKey, &Trace),
) -> Result<(Submitted, Vec<Wake>), Problem> {
    let only = only(&mut body.clone())?;
    let run = runs::repeatable(tx, id).await?;
    let configuration = run.configuration;
    let mut task = NewTask::of(&ExecuteTestConfiguration { test_configuration_id: configuration.id });
    // What the task carries is part of what its key stands for: other tests are another request.
    let with = Value::Object(body.0.clone()).to_string();
    task.headers = Some(json!({ "repeat_of": id.to_string(), "repeat_only": with }));
    key.give(&mut task)?;
    trace.give(&mut task);
    let (task_id, earlier, wakes) = enqueue(tx, &task).await?;
    let test_run_id = match earlier {
        Some(test_run_id) => test_run_id,
        None => runs::queue_repeat(tx, &run, &only, task_id, Some(caller.user_id)).await?,
    };
    let submitted = Submitted {
        task_id,
        status: "submitted",
        test_run_id,
        repeat_of: id,
        test_configuration_id: configuration.id,
        test_set_id: configuration.test_set_id,
        endpoint_id: configuration.endpoint_id,
        user_id: caller.user_id,
    };
    Ok((submitted, wakes))
}

impl From<NotRepeated> for Problem {
    fn from(error: NotRepeated) -> Self {
        match error {
            NotRepeated::NotFound => Self::not_found("Test run not found"),
            NotRepeated::NotEnded(_) | NotRepeated::NoneChosen => Self::conflict(error.to_string()),
            NotRepeated::Configuration(error) => error.into(),
        }
    }
}
