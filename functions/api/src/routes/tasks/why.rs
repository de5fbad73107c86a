use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use uuid::Uuid;

use super::reason::{Reason, reason};
use super::show::no_such_task;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;

/// GET /tasks/{id}/why: what a task waits for now, with the evidence.
pub(crate) async fn why(State(app): State<App>, caller: Caller, Id(id): Id) -> Result<Json<Value>, Problem> {
    let why = transact!(app, caller, |tx| Ok(store::why(tx, id).await?))?.ok_or_else(no_such_task)?;
    Ok(Json(answer(id, &why.status, reason(&why))))
}

fn answer(id: Uuid, status: &str, reason: Reason) -> Value {
    let Reason { waiting_for, because, evidence } = reason;
    json!({
        "task_id": id, "status": status, "waiting_for": waiting_for, "because": because, "evidence": evidence,
    })
}
