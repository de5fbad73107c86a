use axum::extract::State;
use rhesis::runs::{self, Cause, FlakyTest};
use uuid::Uuid;

use super::stored::no_such_run;
use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{Page, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::query::Filters;

/// GET `/test_runs/{id}/failures`: why tests did not pass, the most frequent cause first; at most 200. Reasons that differ in ids and
/// numbers only are one cause, and so is everything that a model let fail by the same metrics.
#[utoipa::path(get, path = "/test_runs/{id}/failures", operation_id = "list_test_run_failures", responses((status = 200, body = [Cause])))]
pub(crate) async fn failures(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<List<Cause>, Problem> {
    let causes = transact!(app, caller, |tx| {
        exists(tx, id).await?;
        Ok(runs::causes(tx, id).await?)
    })?;
    Ok(List::whole(causes))
}

/// GET `/test_runs/{id}/flaky_tests`: the tests whose verdicts went to and fro over the last ten runs of the test set on the endpoint, up
/// to this one, those that did so most often first. There are none before the run has ended.
#[utoipa::path(get, path = "/test_runs/{id}/flaky_tests", operation_id = "list_flaky_tests", params(Page), responses((status = 200, body = [FlakyTest])))]
pub(crate) async fn flaky_tests(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut filters: Filters,
) -> Result<List<FlakyTest>, Problem> {
    filters.only(Page::FIELDS)?;
    let paging: Paging<u32> = Paging::read(&mut filters, &caller, &format!("flaky_tests {id}"))?;
    let behind = paging.behind.unwrap_or(0);
    let mut tests = transact!(app, caller, |tx| {
        exists(tx, id).await?;
        Ok(runs::flaky_tests(tx, id, behind.into(), paging.ask()).await?)
    })?;
    let more = tests.len() > usize::from(paging.limit());
    tests.truncate(paging.limit().into());
    Ok(paging.page_before(tests, more.then(|| behind + u32::from(paging.limit()))))
}

async fn exists(tx: &mut sqlx::PgConnection, id: Uuid) -> Result<(), Problem> {
    runs::find(tx, id).await?.ok_or_else(no_such_run).map(drop)
}
