use axum::http::{Method, StatusCode};
use axum::response::Response;
use maud::html;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::list::import_form;
use crate::console::form::Form;
use crate::console::id::Id;
use crate::console::pages::act::{done, page, refused};
use crate::console::refusal::Refusal;
use crate::console::session::Posted;
use crate::console::view::{Section, confirm, text};

/// POST `/console/test-sets`: imports a file, all of it or nothing.
pub(super) async fn import(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let path = format!("/test_sets/import?name={}", utf8_percent_encode(form.text("name"), NON_ALPHANUMERIC));
    let (content_type, content) = match file(&form) {
        Some(file) => file,
        None => ("text/csv", Vec::new()),
    };
    match by.ask.send_text(Method::POST, &path, Some((content_type, content))).await {
        Ok(made) => Ok(done(&by, &format!("test-sets/{}", text(&made.body["test_set_id"])), "saved")),
        Err(refusal) => {
            let again =
                html! { h1 { "Test sets" } (import_form(&by.place, form.text("name"), form.text("pasted"))) };
            Ok(refused(&by, Section::TestSets, "Test sets", &refusal, &again))
        }
    }
}

/// What is to be imported, and its type: by the file's name, or by how it begins.
fn file(form: &Form) -> Option<(&'static str, Vec<u8>)> {
    let (name, content) = match form.file("file") {
        Some((name, content)) => (name, content.to_vec()),
        None => ("", form.given("pasted")?.as_bytes().to_vec()),
    };
    let lines =
        name.ends_with(".jsonl") || name.ends_with(".ndjson") || content.trim_ascii_start().starts_with(b"{");
    Some((if lines { "application/x-ndjson" } else { "text/csv" }, content))
}

/// POST `/console/test-sets/{id}/metrics`: a metric judges the set, or does no longer.
pub(super) async fn metrics(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let method = match form.text("act") {
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        _ => return Err(Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, "act: must be PUT or DELETE")),
    };
    let metric: Uuid = form.text("metric_id").parse().map_err(|_| Refusal::not_found())?;
    by.ask.send(method, &format!("/test_sets/{id}/metrics/{metric}"), None).await?;
    Ok(done(&by, &format!("test-sets/{id}"), "saved"))
}

/// POST `/console/test-sets/{id}/delete`.
pub(super) async fn delete(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    if !form.ticked("confirmed") {
        let set = by.ask.body(&format!("/test_sets/{id}")).await?;
        let question = format!(
            "Delete “{}” with its {} tests? Runs of it keep their results.",
            text(&set["name"]),
            set["tests"]
        );
        let main = confirm(&by.place, &question, "Delete", &by.place.to(&format!("test-sets/{id}")), &[]);
        return Ok(page(&by, Section::TestSets, "Delete a test set", &main));
    }
    by.ask.send(Method::DELETE, &format!("/test_sets/{id}"), None).await?;
    Ok(done(&by, "test-sets", "deleted"))
}
