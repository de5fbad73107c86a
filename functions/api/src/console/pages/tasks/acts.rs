use axum::http::Method;
use axum::response::Response;
use serde_json::json;

use crate::console::id::Id;
use crate::console::pages::act::{done, page};
use crate::console::refusal::Refusal;
use crate::console::session::Posted;
use crate::console::view::{Section, confirm};

/// POST `/console/tasks/{id}/revoke`: ends a task, once that was confirmed.
pub(super) async fn revoke(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let here = format!("tasks/{id}");
    if !form.ticked("confirmed") {
        let task = by.ask.body(&format!("/tasks/{id}")).await?;
        let members = match (task["progress"]["total"].as_i64(), task["progress"]["done"].as_i64()) {
            (Some(total), Some(done)) => {
                format!(" and the {} tasks of its group that have not ended", total - done)
            }
            _ => String::new(),
        };
        let question = format!("Revoke this {} task{members}?", task["kind"].as_str().unwrap_or_default());
        let main = confirm(&by.place, &question, "Revoke", &by.place.to(&here), &[]);
        return Ok(page(&by, Section::Tasks, "Revoke a task", &main));
    }
    by.ask.send(Method::DELETE, &format!("/tasks/{id}"), None).await?;
    Ok(done(&by, &here, "revoked"))
}

/// POST `/console/tasks/{id}/retry`: begins an ended task anew.
pub(super) async fn retry(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, .. } = posted;
    by.ask.send(Method::POST, &format!("/tasks/{id}/retry"), Some(&json!({}))).await?;
    Ok(done(&by, &format!("tasks/{id}"), "retried"))
}
