use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::console::id::Id;
use crate::console::pages::act::{done, page};
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Section, confirm, text};

/// POST `/console/runs/execute`: executes a test set on an endpoint, and leads to its run.
pub(super) async fn execute(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let id = |name: &str| form.text(name).parse::<Uuid>().map_err(|_| Refusal::not_found());
    let path = format!("/test_sets/{}/execute/{}", id("test_set_id")?, id("endpoint_id")?);
    let started = by.ask.send(Method::POST, &path, Some(&json!({}))).await?;
    Ok(done(&by, &format!("runs/{}", text(&started.body["test_run_id"])), "started"))
}

/// POST `/console/runs/{id}/again`: executes the same configuration once more.
pub(super) async fn again(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, .. } = posted;
    let run = by.ask.body(&format!("/test_runs/{id}")).await?;
    let path = format!("/test_configurations/{}/execute", text(&run["test_configuration_id"]));
    let started = by.ask.send(Method::POST, &path, Some(&json!({}))).await?;
    Ok(done(&by, &format!("runs/{}", text(&started.body["test_run_id"])), "started"))
}

/// POST `/console/runs/{id}/rescore`: judges the stored answers again, or those of one cause, in a run of its own.
pub(super) async fn rescore(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    once_more("rescore", id, posted).await
}

/// POST `/console/runs/{id}/repeat`: executes its tests again, or those of a verdict or a cause, in a run of its own.
pub(super) async fn repeat(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    once_more("repeat", id, posted).await
}

async fn once_more(act: &str, id: Uuid, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let only = form.texts(&["status", "fingerprint"]);
    let started = by.ask.send(Method::POST, &format!("/test_runs/{id}/{act}"), Some(&only.into())).await?;
    Ok(done(&by, &format!("runs/{}", text(&started.body["test_run_id"])), "started"))
}

/// POST `/console/runs/{id}/rename`.
pub(super) async fn rename(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let name = form.given("name").map_or(Value::Null, Value::from);
    by.ask.send(Method::PUT, &format!("/test_runs/{id}"), Some(&json!({ "name": name }))).await?;
    Ok(done(&by, &format!("runs/{id}"), "saved"))
}

/// POST `/console/runs/{id}/cancel`: ends a run, once that was confirmed.
pub(super) async fn cancel(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let here = format!("runs/{id}");
    if !form.ticked("confirmed") {
        let run = by.ask.body(&format!("/test_runs/{id}")).await?;
        let left = run["total"].as_i64().unwrap_or(0) - run["done"].as_i64().unwrap_or(0);
        let question =
            format!("Cancel this run? {left} tests have no result yet; those that have keep theirs.");
        let main = confirm(&by.place, &question, "Cancel the run", &by.place.to(&here), &[]);
        return Ok(page(&by, Section::Runs, "Cancel a run", &main));
    }
    by.ask.send(Method::POST, &format!("/test_runs/{id}/cancel"), Some(&json!({}))).await?;
    Ok(done(&by, &here, "cancelled"))
}

/// POST `/console/runs/{id}/delete`: deletes a run with its results, once that was confirmed.
pub(super) async fn delete(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    if !form.ticked("confirmed") {
        let run = by.ask.body(&format!("/test_runs/{id}")).await?;
        let question =
            format!("Delete this run with its {} results? They cannot be brought back.", run["done"]);
        let main = confirm(&by.place, &question, "Delete", &by.place.to(&format!("runs/{id}")), &[]);
        return Ok(page(&by, Section::Runs, "Delete a run", &main));
    }
    by.ask.send(Method::DELETE, &format!("/test_runs/{id}"), None).await?;
    Ok(done(&by, "runs", "deleted"))
}

/// GET `/console/runs/{id}/download`: the table of a run as CSV; its first part, if it is long.
pub(super) async fn download(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let (bytes, more) = by.ask.file(&format!("/test_runs/{id}/download")).await?;
    let name = if more { format!("run-{id}-part-1.csv") } else { format!("run-{id}.csv") };
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    Ok((headers, bytes).into_response())
}
