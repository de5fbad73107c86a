use crate::request::fields::{body, query};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use rhesis::runs::{self, Deleted, MetricSummary, RunFilter, RunStatus, Shown};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::{moment, text, title, uuid};
use crate::request::query::Filters;

query! {
    /// Which runs to list.
    struct Filter {
        /// Only those that stand so.
        #[param(value_type = Option<RunStatus>)]
        status: Option<String>,
        /// Only those of this test configuration.
        test_configuration_id: Option<Uuid>,
        /// Only those of this test set.
        test_set_id: Option<Uuid>,
        /// Only those that were started at this time or later.
        created_after: Option<DateTime<Utc>>,
        /// Only those that were started before this time.
        created_before: Option<DateTime<Utc>>,
    }
}

body! {
    /// What a run is called. What was shown of it may be sent back with another name.
    pub(crate) struct RunName {
        /// Its name; null takes it away.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: Option<String>,
        /// That of the address, if it is said.
        id: Option<Uuid>,
        /// What was executed: may be repeated.
        test_configuration_id: Option<Uuid>,
        /// Who started it: may be repeated.
        user_id: Option<Uuid>,
        /// Whose it is: may be repeated.
        organization_id: Option<Uuid>,
        /// How it stood when it was shown: not looked at.
        status: Option<String>,
        /// The same at length: not looked at.
        #[schema(value_type = Option<Object>)]
        attributes: Option<Value>,
    }
}

/// What every metric said of the tests of a run.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunMetrics {
    /// The run.
    test_run_id: Uuid,
    /// By their names.
    metrics: Vec<MetricSummary>,
}

/// GET `/test_runs`: the organization's runs, newest first unless it is said otherwise, with the counts of their stored results.
#[utoipa::path(get, path = "/test_runs", operation_id = "list_test_runs", params(Filter, SortedPage), responses((status = 200, body = [Shown])))]
pub(crate) async fn test_runs(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(&[Filter::FIELDS, SortedPage::FIELDS].concat())?;
    let sorted = Sorted::read(&mut filters, &caller, &runs::LIST, "")?;
    let filter = RunFilter {
        status: filters.take("status").map(|word| status(&word)).transpose()?,
        test_configuration_id: filters.read("test_configuration_id", uuid)?,
        test_set_id: filters.read("test_set_id", uuid)?,
        created_after: filters.read("created_after", moment)?,
        created_before: filters.read("created_before", moment)?,
    };
    if filter.created_after.zip(filter.created_before).is_some_and(|(after, before)| after >= before) {
        return Err(Problem::invalid("created_before", "must be later than created_after"));
    }
    let runs = transact!(app, caller, |tx| Ok(runs::list(tx, &filter, &sorted.query).await?))?;
    sorted.page(runs)
}

/// GET `/test_runs/{id}`: how a run stands. Its counts are those of the stored rows.
#[utoipa::path(get, path = "/test_runs/{id}", operation_id = "get_test_run", responses((status = 200, body = Shown)))]
pub(crate) async fn test_run(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    let run = transact!(app, caller, |tx| Ok(runs::find(tx, id).await?))?;
    run.map(Json).ok_or_else(no_such_run)
}

/// PUT `/test_runs/{id}`: names a run: `{"name": "before the new model"}`, or null to take its name.
#[utoipa::path(put, path = "/test_runs/{id}", operation_id = "rename_test_run", request_body = RunName, responses((status = 200, body = Shown)))]
pub(crate) async fn rename_run(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<Shown>, Problem> {
    body.only(RunName::FIELDS)?;
    body.is_of(id)?;
    let name = body.read("name", title)?;
    body.read("status", text)?;
    let (configuration, user) = (body.read("test_configuration_id", uuid)?, body.read("user_id", uuid)?);
    let organization = body.read("organization_id", uuid)?;
    let run = transact!(app, caller, |tx| {
        let run = runs::find(tx, id).await?.ok_or_else(no_such_run)?;
        for (field, said, is) in [
            ("test_configuration_id", configuration, Some(run.test_configuration_id)),
            ("user_id", user, run.user_id),
            ("organization_id", organization, Some(caller.organization_id)),
        ] {
            if said.is_some() && said != is {
                return Err(Problem::invalid(field, "must be what it is, or not there"));
            }
        }
        runs::rename(tx, id, name.as_deref()).await?;
        Ok(runs::find(tx, id).await?)
    })?;
    run.map(Json).ok_or_else(no_such_run)
}

/// DELETE `/test_runs/{id}`: deletes a run that has ended, with its results.
#[utoipa::path(delete, path = "/test_runs/{id}", operation_id = "delete_test_run", responses((status = 204), (status = 409, description = "It has not ended.")))]
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
#[utoipa::path(get, path = "/test_runs/{id}/metrics", operation_id = "get_test_run_metrics", responses((status = 200, body = RunMetrics)))]
pub(crate) async fn run_metrics(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<RunMetrics>, Problem> {
    let metrics = transact!(app, caller, |tx| {
        runs::find(tx, id).await?.ok_or_else(no_such_run)?;
        Ok(runs::metric_summaries(tx, id).await?)
    })?;
    Ok(Json(RunMetrics { test_run_id: id, metrics }))
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
