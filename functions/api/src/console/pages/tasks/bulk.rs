use axum::http::{Method, StatusCode};
use axum::response::Response;
use maud::html;
use serde_json::json;
use uuid::Uuid;

use crate::console::ask::Ask;
use crate::console::pages::act::page;
use crate::console::refusal::Refusal;
use crate::console::session::Posted;
use crate::console::view::{Section, confirm};

/// What can be done to the selected tasks.
#[derive(Clone, Copy)]
enum Act {
    Revoke,
    Retry,
}

/// POST `/console/tasks`: does something to the selected tasks, once that was confirmed; says of each what came of it.
pub(super) async fn bulk(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let (act, word) = match form.text("act") {
        "revoke" => (Act::Revoke, "Revoke"),
        "retry" => (Act::Retry, "Begin anew"),
        _ => return Err(Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, "act: must be revoke or retry")),
    };
    let ids: Vec<Uuid> = form.all("id").filter_map(|id| id.parse().ok()).collect();
    let back = by.place.to("tasks") + &by.place.with("said", "");
    if ids.is_empty() {
        return Err(Refusal::of(
            StatusCode::UNPROCESSABLE_ENTITY,
            "No task is selected: tick some in the list first.",
        ));
    }
    if !form.ticked("confirmed") {
        let texts: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let mut fields = vec![("act", form.text("act"))];
        fields.extend(texts.iter().map(|id| ("id", id.as_str())));
        let main = confirm(&by.place, &format!("{word} {} tasks?", ids.len()), word, &back, &fields);
        return Ok(page(&by, Section::Tasks, word, &main));
    }
    let mut failed = Vec::new();
    for id in &ids {
        if let Err(refusal) = one(&by.ask, act, *id).await {
            failed.push((id, refusal));
        }
    }
    let main = html! {
        h1 { (word) ": " (ids.len() - failed.len()) " of " (ids.len()) " tasks" }
        @if !failed.is_empty() {
            p { "These were left as they are:" }
            ul { @for (id, refusal) in &failed { li {
                a.id href=(by.place.to(&format!("tasks/{id}"))) { (id) } ": " (refusal.sentence())
            } } }
        }
        p { a href=(back) { "Back to the list" } }
    };
    Ok(page(&by, Section::Tasks, word, &main))
}

async fn one(ask: &Ask, act: Act, id: Uuid) -> Result<(), Refusal> {
    match act {
        Act::Revoke => ask.send(Method::DELETE, &format!("/tasks/{id}"), None).await?,
        Act::Retry => ask.send(Method::POST, &format!("/tasks/{id}/retry"), Some(&json!({}))).await?,
    };
    Ok(())
}
