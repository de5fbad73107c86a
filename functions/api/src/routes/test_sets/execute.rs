use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use catalog::ExecuteTestConfiguration;
use rhesis::configurations::{self, NewConfiguration};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use store::NewTask;
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
use crate::routes::test_configurations::refused;
use crate::routes::test_configurations::submit;

/// Where the execution options stand in the body.
const OPTIONS: &str = "execution_options";
const KNOWN: [&str; 3] = ["execution_mode", "batch_concurrency", "per_test_timeout"];

/// POST `/test_sets/{id}/execute/{endpoint_id}`: starts a test run of a test set on an endpoint.
///
/// Configuration, run, task and outbox row come to exist in one commit, or not at all; with a key that was used before,
/// nothing does, and the answer is that of the first request.
pub(crate) async fn execute_test_set(
    State(app): State<App>,
    caller: Caller,
    Ids(test_set_id, endpoint_id): Ids,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    body: Object,
) -> Result<Json<Value>, Problem> {
    let attributes = attributes(body)?;
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
    Ok(Json(json!({
        "status": "submitted",
        "message": "The test run is queued.",
        "test_set_id": submitted.test_set_id,
        "endpoint_id": submitted.endpoint_id,
        "test_configuration_id": submitted.test_configuration_id,
        "test_run_id": submitted.test_run_id,
        "task_id": submitted.task_id,
    })))
}

async fn create(tx: &mut PgConnection, new: &NewConfiguration) -> Result<(), Problem> {
    let (endpoint, test_set) =
        configurations::parts_exist(tx, Some(new.endpoint_id), Some(new.test_set_id)).await?;
    if !test_set {
        return Err(no_such_set());
    }
    if !endpoint {
        return Err(Problem::not_found("Endpoint not found"));
    }
    let place = |field: &str| if KNOWN.contains(&field) { OPTIONS } else { "" };
    configurations::check_new(tx, &new.attributes).await.map_err(|bad| refused(bad, place))?;
    Ok(configurations::create_new(tx, new).await?)
}

/// The attributes of the configuration that the body asks for.
fn attributes(mut body: Object) -> Result<Map<String, Value>, Problem> {
    body.only(&[OPTIONS, "metrics", "evaluation_model_id"])?;
    let mut attributes = match body.take(OPTIONS) {
        None => Map::new(),
        Some(Value::Object(options)) => options,
        Some(_) => return Err(Problem::invalid(OPTIONS, "must be an object")),
    };
    attributes.retain(|_, value| !value.is_null());
    Object(attributes.clone()).only(&KNOWN).map_err(|problem| problem.below(OPTIONS))?;
    for name in ["metrics", "evaluation_model_id"] {
        if let Some(value) = body.take(name) {
            attributes.insert(name.to_owned(), value);
        }
    }
    Ok(attributes)
}
