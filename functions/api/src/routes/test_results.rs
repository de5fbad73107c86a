use crate::request::fields::query;
use std::convert::Infallible;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use listing::{Condition, Value};
use rhesis::Verdict;
use rhesis::results::{self, ResultFilter, ResultLine, StoredResult};
use utoipa::OpenApi;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::DEFAULT_LIMIT;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::{fingerprint, uuid, verdict};
use crate::request::query::Filters;
use crate::routes::test_runs::no_such_run;
use crate::sdk::AskedBySdk;

/// `/test_results`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/test_results", get(test_results)).route("/test_results/{id}", get(test_result))
}

/// How many results the SDK, which knows no pages, is told at once: at most 930 bytes each, and so within the 6 MB that an answer may
/// have.
const ALL_AT_ONCE: u16 = 5_000;

query! {
    /// Which results to list.
    struct Filter {
        /// Those of this run; or `$filter` says `test_run_id eq …`, for all that it asks for.
        test_run_id: Option<Uuid>,
        /// Only those of this verdict.
        #[param(value_type = Option<Verdict>)]
        status: Option<String>,
        /// Only those that this metric did not let pass.
        metric: Option<String>,
        /// Only those that have this text in their prompt, their reason or their answer, in whatever case.
        search: Option<String>,
        /// Only those that failed of this cause, as `/test_runs/{id}/failures` names it.
        #[param(pattern = "^[0-9a-f]{16}$")]
        fingerprint: Option<String>,
    }
}

/// GET `/test_results?test_run_id=…`: the stored results of a run in the order of its tests unless it is said otherwise, without prompts and answers.
#[utoipa::path(get, path = "/test_results", operation_id = "list_test_results", params(Filter, SortedPage), responses((status = 200, body = [ResultLine]), (status = 404, description = "There is no such run.")))]
pub(crate) async fn test_results(
    State(app): State<App>,
    caller: Caller,
    Ok(AskedBySdk(by_sdk)): Result<AskedBySdk, Infallible>,
    mut filters: Filters,
) -> Result<List<ResultLine>, Problem> {
    filters.only(&[Filter::FIELDS, SortedPage::FIELDS].concat())?;
    let default_limit = if by_sdk { ALL_AT_ONCE } else { DEFAULT_LIMIT };
    let sorted = Sorted::read_with_limit(&mut filters, &caller, &results::LIST, "", default_limit)?;
    let run = filters.read("test_run_id", uuid)?;
    let run = run.or_else(|| run_of(sorted.query.condition.as_ref()?));
    let filter = ResultFilter {
        test_run_id: run
            .ok_or_else(|| Problem::invalid("test_run_id", "is missing: results are listed by run"))?,
        status: filters.read("status", verdict)?,
        metric: filters.take("metric"),
        search: filters.take("search").filter(|text| !text.is_empty()),
        fingerprint: filters.read("fingerprint", fingerprint)?,
    };
    let results = transact!(app, caller, |tx| {
        results::list(tx, &filter, &sorted.query).await?.ok_or_else(no_such_run)
    })?;
    sorted.page(results)
}

/// The run that a `$filter` is about.
fn run_of(condition: &Condition) -> Option<Uuid> {
    match condition.fixed("test_run_id") {
        Some(Value::Uuid(id)) => Some(*id),
        _ => None,
    }
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

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(test_results, test_result))]
pub(super) struct Document;
