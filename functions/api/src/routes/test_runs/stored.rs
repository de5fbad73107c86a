use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rhesis::runs::{self, Deleted, RunFilter, RunStatus, Shown};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{self, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::{moment, title, uuid};
use crate::request::query::Filters;

const FILTERS: [&str; 5] =
    ["status", "test_configuration_id", "test_set_id", "created_after", "created_before"];

/// GET `/test_runs`: the organization's runs, newest first, with the counts of their stored results.
pub(crate) async fn test_runs(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(&[&FILTERS[..], &paging::NAMES].concat())?;
    let paging: Paging<Uuid> = Paging::read(&mut filters)?;
    let filter = RunFilter {
        status: filters.take("status").map(|word| status(&word)).transpose()?,
        test_configuration_id: filters.read("test_configuration_id", uuid)?,
        test_set_id: filters.read("test_set_id", uuid)?,
        created_after: filters.read("created_after", moment)?,
        created_before: filters.read("created_before", moment)?,
        behind: paging.behind,
        skip: paging.skip(),
        limit: paging.ask(),
    };
    if filter.created_after.zip(filter.created_before).is_some_and(|(after, before)| after >= before) {
        return Err(Problem::invalid("created_before", "must be later than created_after"));
    }
    let (runs, total) = transact!(app, caller, |tx| {
        let total = if paging.counts() { Some(runs::count(tx, &filter).await?) } else { None };
        Ok((runs::list(tx, &filter).await?, total))
    })?;
    Ok(paging.page(runs, total, |run| run.id))
}

/// GET `/test_runs/{id}`: how a run stands. Its counts are those of the stored rows.
pub(crate) async fn test_run(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    let run = transact!(app, caller, |tx| Ok(runs::find(tx, id).await?))?;
    run.map(Json).ok_or_else(no_such_run)
}

/// PUT `/test_runs/{id}`: names a run: `{"name": "before the new model"}`, or null to take its name.
pub(crate) async fn rename_run(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<Shown>, Problem> {
    body.only(&["name"])?;
    let name = body.read("name", title)?;
    let run = transact!(app, caller, |tx| {
        runs::rename(tx, id, name.as_deref()).await?;
        Ok(runs::find(tx, id).await?)
    })?;
    run.map(Json).ok_or_else(no_such_run)
}

/// DELETE `/test_runs/{id}`: deletes a run that has ended, with its results.
pub(crate) async fn delete_run(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| {
        let deleted = runs::delete(tx, id).await?.ok_or_else(no_such_run)?;
        if let Deleted::Done(Some(task_id)) = deleted {
            // The key that it was asked for with names nothing any more.
            store::forget_key(tx, task_id).await?;
        }
        Ok(deleted)
    })?;
    match deleted {
        Deleted::Done(_) => Ok(StatusCode::NO_CONTENT),
        Deleted::Unfinished(status) => Err(Problem::conflict(format!(
            "Cannot delete a test run with status '{status}': cancel it first."
        ))),
    }
}

/// GET `/test_runs/{id}/metrics`: what every metric said of all the tests of a run.
pub(crate) async fn run_metrics(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Value>, Problem> {
    let metrics = transact!(app, caller, |tx| {
        runs::find(tx, id).await?.ok_or_else(no_such_run)?;
        Ok(runs::metric_summaries(tx, id).await?)
    })?;
    Ok(Json(json!({ "test_run_id": id, "metrics": metrics })))
}

/// There is none, or it is another tenant's.
pub(crate) fn no_such_run() -> Problem {
    Problem::not_found("Test run not found")
}

fn status(word: &str) -> Result<RunStatus, Problem> {
    RunStatus::from_word(word).map_err(|_| {
        Problem::invalid("status", "must be Queued, Progress, Completed, Partial, Failed or Cancelled")
    })
}
