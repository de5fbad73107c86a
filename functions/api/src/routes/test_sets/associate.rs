use axum::Json;
use axum::extract::State;
use rhesis::test_sets::{self, Associated, MOST_TESTS};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::stored::no_such_set;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::fields::body;
use crate::request::id::Id;
use crate::request::options::uuid;

/// How many tests one body may name.
const MOST: usize = 10_000;

body! {
    /// Tests by their ids.
    pub(crate) struct TestIds {
        /// The tests.
        #[schema(min_items = 1, max_items = 10_000)]
        test_ids: Vec<Uuid>,
    }
}

/// What was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssociatedTests {
    /// Always true: what cannot be done is a problem.
    success: bool,
    /// How many tests were named.
    total_tests: usize,
    /// How many were not in the set before.
    added_associations: u64,
    /// The same as a sentence.
    message: String,
}

/// What was undone.
#[derive(Serialize, ToSchema)]
pub(crate) struct DisassociatedTests {
    /// Always true: what cannot be done is a problem.
    success: bool,
    /// How many tests were named.
    total_tests: usize,
    /// How many of them were in the set.
    removed_associations: u64,
    /// The same as a sentence.
    message: String,
}

/// POST `/test_sets/{id}/associate`: adds tests that there are to a test set, all of them or none; what is in it stays where it is.
#[utoipa::path(
    post, path = "/test_sets/{id}/associate", operation_id = "add_test_set_tests", request_body = TestIds,
    responses((status = 200, body = AssociatedTests))
)]
pub(crate) async fn associate_tests(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    body: Object,
) -> Result<Json<AssociatedTests>, Problem> {
    let tests = read(body)?;
    let added = transact!(app, caller, |tx| {
        match test_sets::associate(tx, id, &tests, caller.user_id).await?.ok_or_else(no_such_set)? {
            Associated::Done(added) => Ok(added),
            Associated::NoTest(missing) => {
                let place = tests.iter().position(|test| *test == missing).unwrap_or_default();
                Err(Problem::invalid(format!("test_ids[{place}]"), "is the id of no test"))
            }
            Associated::TooMany => Err(Problem::invalid(
                "test_ids",
                format!("must leave the set with at most {MOST_TESTS} tests"),
            )),
        }
    })?;
    let message = format!("{added} tests were added.");
    Ok(Json(AssociatedTests { success: true, total_tests: tests.len(), added_associations: added, message }))
}

/// POST `/test_sets/{id}/disassociate`: takes tests out of a test set; the tests stay, and so do the runs that have begun.
#[utoipa::path(
    post, path = "/test_sets/{id}/disassociate", operation_id = "remove_test_set_tests", request_body = TestIds,
    responses((status = 200, body = DisassociatedTests))
)]
pub(crate) async fn disassociate_tests(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    body: Object,
) -> Result<Json<DisassociatedTests>, Problem> {
    let tests = read(body)?;
    let removed = transact!(app, caller, |tx| {
        test_sets::disassociate(tx, id, &tests, caller.user_id).await?.ok_or_else(no_such_set)
    })?;
    let message = format!("{removed} tests were taken out.");
    Ok(Json(DisassociatedTests {
        success: true,
        total_tests: tests.len(),
        removed_associations: removed,
        message,
    }))
}

fn read(mut body: Object) -> Result<Vec<Uuid>, Problem> {
    body.only(TestIds::FIELDS)?;
    match body.take("test_ids") {
        Some(Value::Array(ids)) if (1..=MOST).contains(&ids.len()) => {
            ids.into_iter().enumerate().map(|(place, id)| uuid(&format!("test_ids[{place}]"), id)).collect()
        }
        _ => Err(Problem::invalid("test_ids", format!("must be a list of 1 to {MOST} ids of tests"))),
    }
}
