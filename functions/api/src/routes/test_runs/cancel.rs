use axum::Json;
use axum::extract::State;
use rhesis::runs::{self, Cancel};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::routes::groups::{deadline, end_rest};

/// A run that was cancelled.
#[derive(Serialize, ToSchema)]
pub(crate) struct CancelledRun {
    /// The run.
    test_run_id: Uuid,
    /// The task that executed it.
    task_id: Uuid,
    /// `Cancelled`.
    status: &'static str,
}

/// POST `/test_runs/{id}/cancel`: ends a run that is Queued or in Progress, with its task and its tests in flight.
#[utoipa::path(post, path = "/test_runs/{id}/cancel", operation_id = "cancel_test_run", responses((status = 200, body = CancelledRun), (status = 409, description = "It has ended.")))]
pub(crate) async fn cancel_run(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<CancelledRun>, Problem> {
    let until = deadline();
    let (task_id, revoked) = transact!(app, caller, |tx| {
        match runs::cancel(tx, id).await?.ok_or_else(|| Problem::not_found("Test run not found"))? {
            Cancel::Done { task_id } => Ok((task_id, store::revoke(tx, task_id).await?.unwrap_or_default())),
            Cancel::Ended(status) => {
                Err(Problem::conflict(format!("Cannot cancel a test run with status '{status}'")))
            }
        }
    })?;
    kick(&app.queue, &revoked.wakes).await;
    if let Some(group) = revoked.group_id {
        end_rest(&app, caller, group, revoked.left, until).await?;
    }
    Ok(Json(CancelledRun { test_run_id: id, task_id, status: "Cancelled" }))
}
