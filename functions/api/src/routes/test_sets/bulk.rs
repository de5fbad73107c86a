use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::behaviors;
use rhesis::test_sets::{self, NewTest, NewTestSet, TestSet, Visibility};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::described::{Described, DescribedTest, TestType, metadata, test_type, tests};
use super::stored::no_such_set;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::fields::body;
use crate::request::options::{description, flag, integer, title, visibility};

body! {
    /// A test set to be made, with tests that say what they are about.
    pub(crate) struct NewDescribedTestSet {
        /// What it is called.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: String,
        /// What it is for.
        #[schema(max_length = 10_000)]
        description: Option<String>,
        /// The same in a line.
        #[schema(max_length = 10_000)]
        short_description: Option<String>,
        /// Which kind of tests it has.
        #[schema(value_type = Option<TestType>)]
        test_set_type: Option<String>,
        /// Its tests, in their order.
        #[schema(max_items = 10_000)]
        tests: Option<Vec<DescribedTest>>,
        /// What is to be kept with it, in at most 16 KiB.
        #[schema(value_type = Option<Object>)]
        metadata: Option<Value>,
        /// Who sees it.
        #[schema(value_type = Option<Visibility>)]
        visibility: Option<String>,
        /// Whether it is published.
        is_published: Option<bool>,
        /// How many tests the caller counts: they are counted anew.
        #[schema(minimum = 0)]
        test_count: Option<i64>,
        /// What the tests say themselves.
        categories: Option<Vec<String>>,
        /// What the tests say themselves.
        topics: Option<Vec<String>>,
        /// What the tests say themselves.
        behaviors: Option<Vec<String>>,
        /// What the tests say themselves.
        requirements: Option<Vec<String>>,
    }
}

/// POST `/test_sets/bulk`: makes a test set of tests that say their category, topic and behavior, all of it or nothing.
#[utoipa::path(
    post, path = "/test_sets/bulk", operation_id = "create_test_set_in_bulk", request_body = NewDescribedTestSet,
    responses((status = 201, body = TestSet, headers(("Location" = String))))
)]
pub(crate) async fn create_test_set_in_bulk(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewDescribedTestSet::FIELDS)?;
    body.read("test_set_type", test_type)?;
    body.read("test_count", whole)?;
    for name in ["categories", "topics", "behaviors", "requirements"] {
        body.read(name, texts)?;
    }
    let new = NewTestSet {
        name: body.read("name", title)?.ok_or_else(|| Problem::invalid("name", "is missing"))?,
        description: body.read("description", description)?,
        short_description: body.read("short_description", description)?,
        metadata: body.read("metadata", metadata)?.unwrap_or_default(),
        visibility: body.read("visibility", visibility)?.unwrap_or_default(),
        is_published: body.read("is_published", flag)?.unwrap_or_default(),
        user_id: Some(caller.user_id),
    };
    let tests = body.read("tests", tests)?.unwrap_or_default();
    let set = transact!(app, caller, |tx| {
        let behaviors = behaviors_of(tx, &tests, new.user_id).await?;
        let new_tests: Vec<NewTest<'_>> = tests.iter().map(|test| new_test(test, &behaviors)).collect();
        let id = test_sets::create_new(tx, &new).await?;
        test_sets::append_tests(tx, id, 0, &new_tests, new.user_id).await?;
        test_sets::find(tx, id).await?.ok_or_else(no_such_set)
    })?;
    let location = [(header::LOCATION, format!("/test_sets/{}", set.id))];
    Ok((StatusCode::CREATED, location, Json(set)).into_response())
}

async fn behaviors_of(
    tx: &mut PgConnection,
    tests: &[Described],
    user_id: Option<Uuid>,
) -> Result<BTreeMap<String, Uuid>, Problem> {
    let mut names: Vec<&str> = tests.iter().filter_map(|test| test.behavior.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    match names.is_empty() {
        true => Ok(BTreeMap::new()),
        false => Ok(behaviors::named(tx, &names, user_id).await?),
    }
}

fn new_test<'a>(test: &'a Described, behaviors: &BTreeMap<String, Uuid>) -> NewTest<'a> {
    NewTest {
        language_code: test.language_code.as_deref(),
        category: test.category.as_deref(),
        topic: test.topic.as_deref(),
        behavior_id: test.behavior.as_ref().and_then(|name| behaviors.get(name)).copied(),
        metadata: Some(&test.metadata),
        ..NewTest::from(&test.row)
    }
}

fn whole(name: &str, value: Value) -> Result<(), Problem> {
    let counts = integer(&value).is_some_and(|count| count >= 0);
    counts.then_some(()).ok_or_else(|| Problem::invalid(name, "must be a whole number from 0"))
}

fn texts(name: &str, value: Value) -> Result<(), Problem> {
    let texts = value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    texts.then_some(()).ok_or_else(|| Problem::invalid(name, "must be a list of texts"))
}
