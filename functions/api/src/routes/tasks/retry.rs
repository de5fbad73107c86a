use crate::request::fields::body;
use crate::routes::tasks::TaskReference;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use store::Retried;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::seconds;
use crate::routes::tasks::reading::no_such_task;

/// The longest countdown, in seconds: 365 days.
const LONGEST: f64 = 31_536_000.0;

body! {
    /// When a task is begun anew.
    pub(crate) struct Retry {
        /// Not before so many seconds have passed.
        #[schema(minimum = 0, maximum = 31_536_000)]
        countdown: Option<f64>,
    }
}

/// POST /tasks/{id}/retry: begins a task that failed or was revoked anew, with its whole budget: `{"countdown": 10}`.
#[utoipa::path(
    post, path = "/tasks/{id}/retry", operation_id = "retry_task", request_body = Retry,
    responses(
        (status = 202, description = "It begins anew.", body = TaskReference),
        (status = 409, description = "It has not failed; its group is being cancelled; or the task that was handed over to its group has ended."),
    )
)]
pub(crate) async fn retry(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<(StatusCode, Json<TaskReference>), Problem> {
    body.only(Retry::FIELDS)?;
    let countdown = body.read("countdown", seconds)?.unwrap_or_default();
    if !(0.0..=LONGEST).contains(&countdown) {
        return Err(Problem::invalid(
            "countdown",
            format!("must be between 0 and {LONGEST} seconds (a year)"),
        ));
    }
    let (retried, status) = transact!(app, caller, |tx| {
        let retried = store::retry(tx, id, countdown).await?;
        let status = store::find_task(tx, id).await?.ok_or_else(no_such_task)?.status;
        match retried {
            Some(Retried { refused: Some(why), .. }) => Err(Problem::conflict(why)),
            Some(retried) => Ok((retried, status)),
            None => Err(Problem::conflict(format!(
                "Only a task that failed or was revoked is begun anew: the status of this one is {status}."
            ))),
        }
    })?;
    kick(&app.queue, &retried.wakes).await;
    Ok((StatusCode::ACCEPTED, Json(TaskReference { task_id: id, status })))
}
