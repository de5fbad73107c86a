use crate::routes::tasks::TaskReference;
use axum::Json;
use axum::extract::State;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::routes::groups::{deadline, end_rest};
use crate::routes::tasks::reading::no_such_task;

/// DELETE /tasks/{id}: ends a task, before it begins or while it runs; with it the group that it was handed over to.
#[utoipa::path(
    delete, path = "/tasks/{id}", operation_id = "revoke_task",
    responses((status = 200, body = TaskReference), (status = 409, description = "It has ended; the detail says how."))
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<TaskReference>, Problem> {
    let until = deadline();
    let revoked = transact!(app, caller, |tx| {
        let revoked = store::revoke(tx, id).await?.ok_or_else(no_such_task)?;
        if revoked.ended.contains(&id) {
            return Ok(revoked);
        }
        let status = store::find_task(tx, id).await?.ok_or_else(no_such_task)?.status;
        Err(Problem::conflict(format!("The task has ended: its status is {status}.")))
    })?;
    kick(&app.queue, &revoked.wakes).await;
    if let Some(group) = revoked.group_id {
        end_rest(&app, caller, group, revoked.left, until).await?;
    }
    Ok(Json(TaskReference { task_id: id, status: "REVOKED".to_owned() }))
}
