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

use crate::body::Object;
use crate::caller::Caller;
use crate::database::end;
use crate::id::Id;
use crate::problem::Problem;
use crate::{App, log};

/// What was started.
#[derive(Serialize)]
pub(crate) struct Submitted {
    task_id: Uuid,
    status: &'static str,
    test_configuration_id: Uuid,
    test_run_id: Uuid,
    test_set_id: Uuid,
    endpoint_id: Uuid,
    user_id: Uuid,
}

/// POST /test-configurations/{id}/execute: starts a test run.
///
/// Run, task and outbox row come to exist in one commit, or not at all.
pub(crate) async fn execute(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    _options: Object,
) -> Result<Json<Submitted>, Problem> {
    let mut tx = app.store.begin(caller.tenant()).await?;
    let outcome = submit(&mut tx, caller, id).await;
    let (submitted, wakes) = end(tx, outcome).await?;
    log::task(submitted.task_id);
    app.queue.dispatch(&wakes).await;
    Ok(Json(submitted))
}

async fn submit(tx: &mut PgConnection, caller: Caller, id: Uuid) -> Result<(Submitted, Vec<Wake>), Problem> {
    let task = NewTask::of(&ExecuteTestConfiguration { test_configuration_id: id });
    let configuration = configurations::load(tx, id).await?;
    let test_run_id = runs::queue(tx, id, task.id, Some(caller.user_id)).await?;
    let submitted = Submitted {
        task_id: task.id,
        status: "submitted",
        test_configuration_id: id,
        test_run_id,
        test_set_id: configuration.test_set_id,
        endpoint_id: configuration.endpoint_id,
        user_id: caller.user_id,
    };
    Ok((submitted, store::enqueue(tx, &[task]).await?.wakes))
}

impl From<ConfigurationError> for Problem {
    fn from(error: ConfigurationError) -> Self {
        match error {
            ConfigurationError::NotFound(_) => Self::not_found("Test configuration not found"),
            ConfigurationError::NoTestSet(_) | ConfigurationError::EmptyTestSet(_) => {
                Self::invalid("test_set_id", error.to_string())
            }
            ConfigurationError::BadAttributes { .. } => Self::invalid("attributes", error.to_string()),
            ConfigurationError::Database(error) => error.into(),
        }
    }
}
