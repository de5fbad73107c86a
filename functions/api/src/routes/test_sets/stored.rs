use crate::request::fields::{body, query};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::test_sets::{
    self, Changed, Deleted, NewTestSet, Stats, TestLine, TestSet, TestSetChange, TestSetFilter, Visibility,
};

use super::new_tests::{NewTest, rows};
use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::{description, flag, title, visibility};
use crate::request::query::Filters;

query! {
    /// Which test sets to list.
    struct Filter {
        /// Only those of this visibility.
        #[param(value_type = Option<Visibility>)]
        visibility: Option<String>,
        /// Only those that are published, or only those that are not.
        is_published: Option<bool>,
    }
}

body! {
    /// A test set to be made.
    #[schema(as = NewTestSet)]
    pub(crate) struct NewTestSetOfTests {
        /// What it is called.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: String,
        /// What it is for.
        #[schema(max_length = 10_000)]
        description: Option<String>,
        /// Who sees it.
        #[schema(value_type = Option<Visibility>)]
        visibility: Option<String>,
        /// Whether it is published.
        is_published: Option<bool>,
        /// Its tests, in their order.
        #[schema(max_items = 10_000)]
        tests: Option<Vec<NewTest>>,
    }
}

body! {
    /// What is to be changed of a test set.
    #[schema(as = TestSetChange)]
    pub(crate) struct ChangedTestSet {
        /// What it is called.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: Option<String>,
        /// What it is for.
        #[schema(max_length = 10_000)]
        description: Option<String>,
        /// The same in a line.
        #[schema(max_length = 10_000)]
        short_description: Option<String>,
        /// Who sees it.
        #[schema(value_type = Option<Visibility>)]
        visibility: Option<String>,
        /// Whether it is published.
        is_published: Option<bool>,
    }
}

/// GET `/test_sets`: the test sets that the caller may see, newest first unless it is said otherwise.
#[utoipa::path(get, path = "/test_sets", operation_id = "list_test_sets", params(Filter, SortedPage), responses((status = 200, body = [TestSet])))]
pub(crate) async fn test_sets(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<TestSet>, Problem> {
    filters.only(&[Filter::FIELDS, SortedPage::FIELDS].concat())?;
    let sorted = Sorted::read(&mut filters, &caller, &test_sets::LIST, "")?;
    let filter = TestSetFilter {
        visibility: filters.read("visibility", visibility)?,
        is_published: filters.read("is_published", flag)?,
    };
    let sets = transact!(app, caller, |tx| Ok(test_sets::list(tx, &filter, &sorted.query).await?))?;
    sorted.page(sets)
}

/// POST `/test_sets`: makes a test set: `{"name": …, "tests": [{"prompt": …, "expected": …}]}`.
#[utoipa::path(post, path = "/test_sets", operation_id = "create_test_set", request_body = NewTestSetOfTests, responses((status = 201, body = TestSet, headers(("Location" = String)))))]
pub(crate) async fn create_test_set(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewTestSetOfTests::FIELDS)?;
    let name = body.read("name", title)?.ok_or_else(|| Problem::invalid("name", "is missing"))?;
    let new = NewTestSet {
        name,
        description: body.read("description", description)?,
        visibility: body.read("visibility", visibility)?.unwrap_or_default(),
        is_published: body.read("is_published", flag)?.unwrap_or_default(),
        user_id: Some(caller.user_id),
        ..NewTestSet::default()
    };
    let rows = body.read("tests", rows)?.unwrap_or_default();
    let set = transact!(app, caller, |tx| {
        let id = test_sets::create_new(tx, &new).await?;
        test_sets::append(tx, id, 0, &rows, new.user_id).await?;
        test_sets::find(tx, id).await?.ok_or_else(no_such_set)
    })?;
    let location = [(header::LOCATION, format!("/test_sets/{}", set.id))];
    Ok((StatusCode::CREATED, location, Json(set)).into_response())
}

/// GET `/test_sets/{id}`: one test set, with the number of its tests.
#[utoipa::path(get, path = "/test_sets/{id}", operation_id = "get_test_set", responses((status = 200, body = TestSet)))]
pub(crate) async fn test_set(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<TestSet>, Problem> {
    let set = transact!(app, caller, |tx| Ok(test_sets::find(tx, id).await?))?;
    set.map(Json).ok_or_else(no_such_set)
}

/// PUT `/test_sets/{id}`: changes `name`, `description`, `short_description`, `visibility`, `is_published`; what is not there stays.
#[utoipa::path(put, path = "/test_sets/{id}", operation_id = "update_test_set", request_body = ChangedTestSet, responses((status = 200, body = TestSet)))]
pub(crate) async fn change_test_set(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<TestSet>, Problem> {
    body.only(ChangedTestSet::FIELDS)?;
    let change = TestSetChange {
        name: body.read("name", title)?,
        description: body.read("description", description)?,
        short_description: body.read("short_description", description)?,
        visibility: body.read("visibility", visibility)?,
        is_published: body.read("is_published", flag)?,
    };
    let set = transact!(app, caller, |tx| {
        match test_sets::change(tx, id, caller.user_id, &change).await?.ok_or_else(no_such_set)? {
            Changed::Done => test_sets::find(tx, id).await?.ok_or_else(no_such_set),
            Changed::InUse(run) => Err(Problem::conflict(format!(
                "Test run {run} of it is another user's and has not ended: cancel it first."
            ))),
            Changed::NotOwn => Err(Problem::invalid("visibility", "may be user for its own user only")),
        }
    })?;
    Ok(Json(set))
}

/// DELETE `/test_sets/{id}`: deletes a test set that no run is on of.
#[utoipa::path(delete, path = "/test_sets/{id}", operation_id = "delete_test_set", responses((status = 204), (status = 409, description = "A run of it has not ended.")))]
pub(crate) async fn delete_test_set(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    match transact!(app, caller, |tx| Ok(test_sets::delete(tx, id).await?))?.ok_or_else(no_such_set)? {
        Deleted::Done => Ok(StatusCode::NO_CONTENT),
        Deleted::InUse(run) => {
            Err(Problem::conflict(format!("Test run {run} of it has not ended: cancel it first.")))
        }
    }
}

/// GET `/test_sets/stats`: how many test sets the caller may see.
#[utoipa::path(get, path = "/test_sets/stats", operation_id = "get_test_set_stats", responses((status = 200, body = Stats)))]
pub(crate) async fn test_set_stats(State(app): State<App>, caller: Caller) -> Result<Json<Stats>, Problem> {
    Ok(Json(transact!(app, caller, |tx| Ok(test_sets::stats(tx).await?))?))
}

/// GET `/test_sets/{id}/tests`: the tests of a test set, in their order unless it is said otherwise.
#[utoipa::path(get, path = "/test_sets/{id}/tests", operation_id = "list_test_set_tests", params(SortedPage), responses((status = 200, body = [TestLine])))]
pub(crate) async fn test_set_tests(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut filters: Filters,
) -> Result<List<TestLine>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &test_sets::MEMBERS, &id.to_string())?;
    let tests = transact!(app, caller, |tx| {
        test_sets::find(tx, id).await?.ok_or_else(no_such_set)?;
        Ok(test_sets::members(tx, id, &sorted.query).await?)
    })?;
    sorted.page(tests)
}

/// There is none, or it is another tenant's, or another user's own.
pub(crate) fn no_such_set() -> Problem {
    Problem::not_found("Test set not found")
}
