use crate::request::fields::body;
use std::convert::Infallible;
use utoipa::ToSchema;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog::ExecuteTestConfiguration;
use rhesis::runs::{self, NotRescored};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use store::NewTask;
use task::Wake;
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
use crate::request::id::Id;
use crate::request::idempotency::IdempotencyKey;
use crate::routes::test_configurations::{MetricReference, enqueue};

/// What was started.
#[derive(Serialize, ToSchema)]
#[schema(as = SubmittedRescore)]
pub(crate) struct Submitted {
    /// The task that executes the run.
    pub(crate) task_id: Uuid,
    /// `submitted`.
    status: &'static str,
    /// The new run.
    pub(crate) test_run_id: Uuid,
    /// The run whose answers are judged anew.
    rescore_of: Uuid,
    /// What was executed.
    pub(crate) test_configuration_id: Uuid,
    /// Its test set.
    test_set_id: Option<Uuid>,
    /// The AI system under test.
    endpoint_id: Uuid,
    /// Who asked.
    user_id: Uuid,
}

body! {
    /// What goes before what the configuration says.
    pub(crate) struct Rescore {
        /// The metrics that judge.
        #[schema(max_items = 100)]
        metrics: Option<Vec<MetricReference>>,
        /// The model that judges where a metric names none.
        evaluation_model_id: Option<Uuid>,
        /// Only the tests that had this verdict.
        #[schema(value_type = Option<rhesis::Verdict>)]
        status: Option<String>,
        /// Only the tests that failed of this cause, as `/test_runs/{id}/failures` names it.
        #[schema(pattern = "^[0-9a-f]{16}$")]
        fingerprint: Option<String>,
    }
}

/// POST `/test_runs/{id}/rescore`: judges the answers of a run that has ended anew, in a run of its own; no endpoint is asked.
///
/// `{"metrics": [{"id"}], "evaluation_model_id"}`, both optional, go before what the configuration says; `status` and `fingerprint` leave
/// the other tests out.
#[utoipa::path(
    post, path = "/test_runs/{id}/rescore", operation_id = "rescore_test_run", params(("Idempotency-Key" = Option<String>, Header)),
    request_body = Rescore,
    responses(
        (status = 202, body = Submitted, headers(("Location" = String))),
        (status = 409, description = "It has not ended, it has no answers, or none of a test that came to this."),
    )
)]
pub(crate) async fn rescore(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    body: Object,
) -> Result<Response, Problem> {
    body.only(Rescore::FIELDS)?;
    let with = Value::Object(body.0);
    let (submitted, wakes) = transact!(app, caller, |tx| {
        submit(tx, caller, id, &with, (&key, &trace)).await.map_err(|problem| key.name(problem))
    })?;
    log::task(submitted.task_id);
    kick(&app.queue, &wakes).await;
    let location = [(header::LOCATION, format!("/tasks/{}", submitted.task_id))];
    Ok((StatusCode::ACCEPTED, location, Json(submitted)).into_response())
}

/// Starts a run that judges the answers of another one anew.
pub(crate) async fn submit(
    tx: &mut PgConnection,
    caller: Caller,
    id: Uuid,
    with: &Value,
    (key, trace): (&IdempotencyKey, &Trace),
) -> Result<(Submitted, Vec<Wake>), Problem> {
    let mut attributes = Object(with.as_object().cloned().unwrap_or_default());
    let only = only(&mut attributes)?;
    let attributes = Value::Object(attributes.0);
    let run = runs::rescorable(tx, id, &attributes).await?;
    let test_configuration_id = run.test_configuration_id;
    let mut task = NewTask::of(&ExecuteTestConfiguration { test_configuration_id });
    // What the task carries is part of what its key stands for: another run, or other metrics, are another request.
    task.headers = Some(json!({ "rescore_of": id.to_string(), "rescore_with": with.to_string() }));
    key.give(&mut task)?;
    trace.give(&mut task);
    let (task_id, earlier, wakes) = enqueue(tx, &task).await?;
    let test_run_id = match earlier {
        Some(test_run_id) => test_run_id,
        None => runs::queue_rescore(tx, &run, (&attributes, &only), task_id, Some(caller.user_id)).await?,
    };
    let submitted = Submitted {
        task_id,
        status: "submitted",
        test_run_id,
        rescore_of: id,
        test_configuration_id,
        test_set_id: run.test_set_id,
        endpoint_id: run.endpoint_id,
        user_id: caller.user_id,
    };
    Ok((submitted, wakes))
}

impl From<NotRescored> for Problem {
    fn from(error: NotRescored) -> Self {
        match error {
            NotRescored::NotFound => Self::not_found("Test run not found"),
            NotRescored::NotEnded(_) | NotRescored::Empty | NotRescored::NoneChosen => {
                Self::conflict(error.to_string())
            }
            NotRescored::Attribute(bad) => Self::invalid(bad.field, bad.detail),
            NotRescored::Database(error) => error.into(),
        }
    }
}
