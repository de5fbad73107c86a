use crate::request::fields::query;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use rhesis::Verdict;
use rhesis::results::{self, ResultFilter, ResultLine, StoredResult};
use utoipa::OpenApi;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{CountedPage, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::uuid;
use crate::request::query::Filters;
use crate::routes::test_runs::no_such_run;

/// `/test_results`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/test_results", get(test_results)).route("/test_results/{id}", get(test_result))
}

query! {
    /// Which results to list.
    struct Filter {
        /// Those of this run.
        test_run_id: Uuid,
        /// Only those of this verdict.
        #[param(value_type = Option<Verdict>)]
        status: Option<String>,
        /// Only those that this metric did not let pass.
        metric: Option<String>,
        /// Only those that have this text in their prompt, their reason or their answer, in whatever case.
        search: Option<String>,
    }
}

/// GET `/test_results?test_run_id=…`: the stored results of a run in the order of its tests, without prompts and answers.
#[utoipa::path(get, path = "/test_results", operation_id = "list_test_results", params(Filter, CountedPage), responses((status = 200, body = [ResultLine]), (status = 404, description = "There is no such run.")))]
pub(crate) async fn test_results(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<ResultLine>, Problem> {
    filters.only(&[Filter::FIELDS, CountedPage::FIELDS].concat())?;
    let paging: Paging<i32> = Paging::read(&mut filters)?;
    let test_run_id = filters.read("test_run_id", uuid)?;
    let filter = ResultFilter {
        test_run_id: test_run_id.ok_or_else(|| Problem::invalid("test_run_id", "is missing"))?,
        status: filters.take("status").map(|word| verdict(&word)).transpose()?,
        metric: filters.take("metric"),
        search: filters.take("search").filter(|text| !text.is_empty()),
        behind: paging.behind.unwrap_or_default(),
        skip: paging.skip(),
        limit: paging.ask(),
    };
    let (results, total) = transact!(app, caller, |tx| {
        let total = if paging.counts() { Some(results::count(tx, &filter).await?) } else { None };
        Ok((results::list(tx, &filter).await?.ok_or_else(no_such_run)?, total))
    })?;
    Ok(paging.page(results, total, |result| result.position))
}

/// GET `/test_results/{id}`: everything about one result.
#[utoipa::path(get, path = "/test_results/{id}", operation_id = "get_test_result", responses((status = 200, body = StoredResult)))]
pub(crate) async fn test_result(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<StoredResult>, Problem> {
    let result = transact!(app, caller, |tx| Ok(results::find(tx, id).await?))?;
    result.map(Json).ok_or_else(|| Problem::not_found("Test result not found"))
}

fn verdict(word: &str) -> Result<Verdict, Problem> {
    Verdict::from_word(word).ok_or_else(|| Problem::invalid("status", "must be Pass, Fail or Error"))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(test_results, test_result))]
pub(super) struct Document;
