use crate::document::words;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::reason::{Reason, reason};
use super::show::no_such_task;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;

/// What a task waits for, and the evidence.
#[derive(Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// The task.
    task_id: Uuid,
    /// Where it stands.
    #[schema(value_type = words::TaskStatus)]
    status: String,
    /// The first thing that would have to happen before anything else can.
    #[schema(value_type = words::WaitingFor)]
    waiting_for: &'static str,
    /// The same as a sentence.
    because: String,
    /// What that is concluded from.
    #[schema(value_type = Object)]
    evidence: Value,
}

/// GET /tasks/{id}/why: what a task waits for now, with the evidence.
#[utoipa::path(get, path = "/tasks/{id}/why", operation_id = "explain_task", responses((status = 200, body = Explanation)))]
pub(crate) async fn why(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Explanation>, Problem> {
    let why = transact!(app, caller, |tx| Ok(store::why(tx, id).await?))?.ok_or_else(no_such_task)?;
    let Reason { waiting_for, because, evidence } = reason(&why);
    Ok(Json(Explanation { task_id: id, status: why.status, waiting_for, because, evidence }))
}
