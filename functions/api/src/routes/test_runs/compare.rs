use crate::request::fields::query;
use axum::Json;
use axum::extract::State;
use rhesis::runs::{self, Change, ComparedTest, Comparison};
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored::no_such_run;
use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{Page, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Ids;
use crate::request::query::Filters;

query! {
    /// Which tests to list.
    struct Filter {
        /// Only those that changed so.
        #[param(value_type = Option<Change>)]
        change: Option<String>,
    }
}

/// GET `/test_runs/{id}/compare/{before_id}`: how many tests are better, worse or changed since an earlier run.
#[utoipa::path(get, path = "/test_runs/{id}/compare/{before_id}", operation_id = "compare_test_runs", responses((status = 200, body = Comparison)))]
pub(crate) async fn compare(
    State(app): State<App>,
    caller: Caller,
    Ids(id, before): Ids,
) -> Result<Json<Comparison>, Problem> {
    let comparison = transact!(app, caller, |tx| {
        exist(tx, [id, before]).await?;
        Ok(runs::compare(tx, before, id).await?)
    })?;
    Ok(Json(comparison))
}

/// GET `/test_runs/{id}/compare/{before_id}/tests`: the tests one by one; `?change=worse` for those that changed so.
#[utoipa::path(get, path = "/test_runs/{id}/compare/{before_id}/tests", operation_id = "list_compared_tests", params(Filter, Page), responses((status = 200, body = [ComparedTest])))]
pub(crate) async fn compared_tests(
    State(app): State<App>,
    caller: Caller,
    Ids(id, before): Ids,
    mut filters: Filters,
) -> Result<List<ComparedTest>, Problem> {
    filters.only(&[Filter::FIELDS, Page::FIELDS].concat())?;
    let paging: Paging<(i32, Uuid)> = Paging::read(&mut filters, &caller, &format!("compare {id} {before}"))?;
    let change = filters.take("change").map(|word| change(&word)).transpose()?;
    let behind = paging.behind.unwrap_or((0, Uuid::nil()));
    let tests = transact!(app, caller, |tx| {
        exist(tx, [id, before]).await?;
        Ok(runs::compared_tests(tx, (before, id), change, behind, paging.ask()).await?)
    })?;
    Ok(paging.page(tests, |test| (test.position, test.test_id)))
}

async fn exist(tx: &mut PgConnection, ids: [Uuid; 2]) -> Result<(), Problem> {
    for id in ids {
        runs::find(&mut *tx, id).await?.ok_or_else(no_such_run)?;
    }
    Ok(())
}

fn change(word: &str) -> Result<Change, Problem> {
    Change::from_word(word).ok_or_else(|| {
        let words = Change::ALL.map(|(_, word)| word).join(", ");
        Problem::invalid("change", format!("must be one of {words}"))
    })
}
