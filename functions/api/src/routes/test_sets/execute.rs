use crate::document::words;
use crate::request::fields::body;
use crate::routes::test_configurations::MetricReference;
use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use catalog::ExecuteTestConfiguration;
use rhesis::configurations::{self, NewConfiguration};
use rhesis::runs;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use store::NewTask;
use task::Wake;
use utoipa::ToSchema;
use uuid::Uuid;

use super::stored::no_such_set;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::middleware::log;
use crate::middleware::trace::Trace;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Ids;
use crate::request::idempotency::IdempotencyKey;
use crate::request::options::uuid;
use crate::routes::test_configurations::refused;
use crate::routes::test_configurations::submit;
use crate::routes::test_runs::submit_rescore;

/// Where the execution options stand in the body.
const OPTIONS: &str = "execution_options";
const REFERENCE: &str = "reference_test_run_id";

body! {
    /// How a test set is executed.
    pub(crate) struct Execution {
        /// In which order and how fast.
        execution_options: Option<ExecutionOptions>,
        /// The metrics that judge instead of those of the test set.
        #[schema(max_items = 100)]
        metrics: Option<Vec<MetricReference>>,
        /// The model that judges where a metric names none.
        evaluation_model_id: Option<Uuid>,
        /// A run of this set on this endpoint, whose answers are judged anew; the endpoint is not asked.
        reference_test_run_id: Option<Uuid>,
    }
}

body! {
    /// In which order and how fast tests are executed.
    pub(crate) struct ExecutionOptions {
        /// One after the other, or several at a time.
        #[schema(value_type = Option<words::ExecutionMode>)]
        execution_mode: Option<String>,
        /// How many tests may be in flight.
        #[schema(minimum = 1, maximum = 64, default = 10)]
        batch_concurrency: Option<u16>,
        /// How long one attempt of a test may take, in seconds.
        #[schema(minimum = 1, maximum = 240, default = 120)]
        per_test_timeout: Option<u16>,
    }
}

/// A run that was started of a test set on an endpoint.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubmittedTestSet {
    /// `submitted`.
    status: &'static str,
    /// The same as a sentence.
    message: &'static str,
    /// The test set.
    test_set_id: Uuid,
    /// The AI system under test.
    endpoint_id: Uuid,
    /// The test configuration that was made for it.
    test_configuration_id: Uuid,
    /// The run.
    test_run_id: Uuid,
    /// The task that executes it.
    task_id: Uuid,
}

/// POST `/test_sets/{id}/execute/{endpoint_id}`: starts a test run of a test set on an endpoint.
///
/// Configuration, run, task and outbox row come to exist in one commit, or not at all; with a key that was used before,
/// nothing does, and the answer is that of the first request.
#[utoipa::path(
    post, path = "/test_sets/{id}/execute/{endpoint_id}", operation_id = "execute_test_set",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = Execution, responses((status = 200, body = SubmittedTestSet))
)]
pub(crate) async fn execute_test_set(
    State(app): State<App>,
    caller: Caller,
    Ids(test_set_id, endpoint_id): Ids,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    mut body: Object,
) -> Result<Json<SubmittedTestSet>, Problem> {
    let reference = body.read(REFERENCE, uuid)?;
    let attributes = attributes(body)?;
    if let Some(reference) = reference {
        let ids = (test_set_id, endpoint_id);
        let (submitted, wakes) = transact!(app, caller, |tx| {
            let run = rescore(tx, caller, reference, ids, &attributes, (&key, &trace)).await;
            run.map_err(|problem| key.name(problem))
        })?;
        log::task(submitted.task_id);
        kick(&app.queue, &wakes).await;
        return Ok(Json(submitted));
    }
    let id = match key.text() {
        Some(key) => {
            let request = json!([caller.organization_id, test_set_id, endpoint_id, attributes]);
            configurations::id_of_request(key, &request)
        }
        None => Uuid::now_v7(),
    };
    let user_id = Some(caller.user_id);
    let new = NewConfiguration { id, endpoint_id, test_set_id, attributes, user_id };
    let mut task = NewTask::of(&ExecuteTestConfiguration { test_configuration_id: id });
    key.give(&mut task)?;
    trace.give(&mut task);
    let (submitted, wakes) = transact!(app, caller, |tx| {
        create(tx, &new).await?;
        submit(tx, caller, id, &task).await.map_err(|problem| key.name(problem))
    })?;
    log::task(submitted.task_id);
    kick(&app.queue, &wakes).await;
    Ok(Json(SubmittedTestSet {
        status: "submitted",
        message: "The test run is queued.",
        test_set_id: submitted.test_set_id,
        endpoint_id: submitted.endpoint_id,
        test_configuration_id: submitted.test_configuration_id,
        test_run_id: submitted.test_run_id,
        task_id: submitted.task_id,
    }))
}

/// Starts a run that judges the answers of another one of the same set on the same endpoint anew.
async fn rescore(
    tx: &mut PgConnection,
    caller: Caller,
    reference: Uuid,
    (test_set_id, endpoint_id): (Uuid, Uuid),
    attributes: &Map<String, Value>,
    with: (&IdempotencyKey, &Trace),
) -> Result<(SubmittedTestSet, Vec<Wake>), Problem> {
    there_are(tx, endpoint_id, test_set_id).await?;
    let run = runs::find(tx, reference).await?;
    let of_these = run.is_some_and(|run| {
        run.test_set.is_some_and(|set| set.id == test_set_id)
            && run.endpoint.is_some_and(|endpoint| endpoint.id == endpoint_id)
    });
    if !of_these {
        return Err(Problem::invalid(REFERENCE, "must be a run of this test set on this endpoint"));
    }
    configurations::check_new(tx, attributes).await.map_err(|bad| refused(bad, place))?;
    let (submitted, wakes) =
        submit_rescore(tx, caller, reference, &Value::Object(attributes.clone()), with).await?;
    let submitted = SubmittedTestSet {
        status: "submitted",
        message: "The test run is queued; it judges the answers of another one.",
        test_set_id,
        endpoint_id,
        test_configuration_id: submitted.test_configuration_id,
        test_run_id: submitted.test_run_id,
        task_id: submitted.task_id,
    };
    Ok((submitted, wakes))
}

async fn create(tx: &mut PgConnection, new: &NewConfiguration) -> Result<(), Problem> {
    there_are(tx, new.endpoint_id, new.test_set_id).await?;
    configurations::check_new(tx, &new.attributes).await.map_err(|bad| refused(bad, place))?;
    Ok(configurations::create_new(tx, new).await?)
}

/// Refuses a test set or an endpoint that the caller has not.
pub(super) async fn there_are(
    tx: &mut PgConnection,
    endpoint_id: Uuid,
    test_set_id: Uuid,
) -> Result<(), Problem> {
    match configurations::parts_exist(tx, Some(endpoint_id), Some(test_set_id)).await? {
        (_, false) => Err(no_such_set()),
        (false, _) => Err(Problem::not_found("Endpoint not found")),
        _ => Ok(()),
    }
}

/// Where in the body an attribute stands.
fn place(field: &str) -> &'static str {
    if ExecutionOptions::FIELDS.contains(&field) { OPTIONS } else { "" }
}

/// The attributes of the configuration that the body asks for.
fn attributes(mut body: Object) -> Result<Map<String, Value>, Problem> {
    body.only(Execution::FIELDS)?;
    let mut attributes = match body.take(OPTIONS) {
        None => Map::new(),
        Some(Value::Object(options)) => options,
        Some(_) => return Err(Problem::invalid(OPTIONS, "must be an object")),
    };
    attributes.retain(|_, value| !value.is_null());
    Object(attributes.clone()).only(ExecutionOptions::FIELDS).map_err(|problem| problem.below(OPTIONS))?;
    for name in ["metrics", "evaluation_model_id"] {
        if let Some(value) = body.take(name) {
            attributes.insert(name.to_owned(), value);
        }
    }
    Ok(attributes)
}
