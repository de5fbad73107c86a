use super::attributes::RunAttributes;
use crate::request::fields::{body, query};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::configurations::{
    self, BadReference, Change, Changed, Deleted, NewConfiguration, StoredConfiguration,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::uuid;
use crate::request::query::Filters;

query! {
    /// Which test configurations to list.
    struct Filter {
        /// Only those of this test set.
        test_set_id: Option<Uuid>,
    }
}

body! {
    /// A test configuration to be made.
    pub(crate) struct NewTestConfiguration {
        /// The AI system under test.
        endpoint_id: Uuid,
        /// The tests it runs.
        test_set_id: Uuid,
        /// How.
        attributes: Option<RunAttributes>,
    }
}

body! {
    /// What is to be changed of a test configuration.
    pub(crate) struct TestConfigurationChange {
        /// That of the address, if it is said.
        id: Option<Uuid>,
        /// Who made it: may be repeated.
        user_id: Option<Uuid>,
        /// Whose it is: may be repeated.
        organization_id: Option<Uuid>,
        /// The AI system under test.
        endpoint_id: Option<Uuid>,
        /// The tests it runs.
        test_set_id: Option<Uuid>,
        /// How.
        attributes: Option<RunAttributes>,
    }
}

/// GET `/test_configurations`: the organization's configurations, newest first unless it is said otherwise.
#[utoipa::path(get, path = "/test_configurations", operation_id = "list_test_configurations", params(Filter, SortedPage), responses((status = 200, body = [StoredConfiguration])))]
pub(crate) async fn configurations(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<StoredConfiguration>, Problem> {
    filters.only(&[Filter::FIELDS, SortedPage::FIELDS].concat())?;
    let sorted = Sorted::read(&mut filters, &caller, &configurations::LIST, "")?;
    let test_set_id = filters.read("test_set_id", uuid)?;
    let found = transact!(app, caller, |tx| Ok(configurations::list(tx, test_set_id, &sorted.query).await?))?;
    sorted.page(found)
}

/// POST `/test_configurations`: `{"endpoint_id": …, "test_set_id": …, "attributes": {…}}`.
#[utoipa::path(post, path = "/test_configurations", operation_id = "create_test_configuration", request_body = NewTestConfiguration, responses((status = 201, body = StoredConfiguration, headers(("Location" = String)))))]
pub(crate) async fn create_configuration(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewTestConfiguration::FIELDS)?;
    let missing = |name: &'static str| move || Problem::invalid(name, "is missing");
    let new = NewConfiguration {
        id: Uuid::now_v7(),
        endpoint_id: body.read("endpoint_id", uuid)?.ok_or_else(missing("endpoint_id"))?,
        test_set_id: body.read("test_set_id", uuid)?.ok_or_else(missing("test_set_id"))?,
        attributes: body.read("attributes", attributes)?.unwrap_or_default(),
        user_id: Some(caller.user_id),
    };
    let made = transact!(app, caller, |tx| {
        exist(tx, Some(new.endpoint_id), Some(new.test_set_id)).await?;
        configurations::check_new(tx, &new.attributes).await.map_err(|bad| refused(bad, |_| "attributes"))?;
        configurations::create_new(tx, &new).await?;
        configurations::find(tx, new.id).await?.ok_or_else(no_such_configuration)
    })?;
    let location = [(header::LOCATION, format!("/test_configurations/{}", made.id))];
    Ok((StatusCode::CREATED, location, Json(made)).into_response())
}

/// GET `/test_configurations/{id}`: one test configuration.
#[utoipa::path(get, path = "/test_configurations/{id}", operation_id = "get_test_configuration", responses((status = 200, body = StoredConfiguration)))]
pub(crate) async fn configuration(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<StoredConfiguration>, Problem> {
    let found = transact!(app, caller, |tx| Ok(configurations::find(tx, id).await?))?;
    found.map(Json).ok_or_else(no_such_configuration)
}

/// PUT `/test_configurations/{id}`: changes what is there of `endpoint_id`, `test_set_id` and `attributes`.
#[utoipa::path(
    put, path = "/test_configurations/{id}", operation_id = "update_test_configuration", request_body = TestConfigurationChange,
    responses((status = 200, body = StoredConfiguration), (status = 409, description = "A run of it has not ended, or it was run."))
)]
pub(crate) async fn change_configuration(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<StoredConfiguration>, Problem> {
    body.only(TestConfigurationChange::FIELDS)?;
    body.is_of(id)?;
    let (user_id, organization_id) = (body.read("user_id", uuid)?, body.read("organization_id", uuid)?);
    if organization_id.is_some_and(|id| id != caller.organization_id) {
        return Err(Problem::invalid("organization_id", "must be what it is, or not there"));
    }
    let mut change = Change {
        endpoint_id: body.read("endpoint_id", uuid)?,
        test_set_id: body.read("test_set_id", uuid)?,
        attributes: body.read("attributes", attributes)?,
    };
    let changed = transact!(app, caller, |tx| {
        let before = configurations::find(tx, id).await?.ok_or_else(no_such_configuration)?;
        if user_id.is_some() && user_id != before.user_id {
            return Err(Problem::invalid("user_id", "must be what it is, or not there"));
        }
        // What stays is no change, and may be said of what was run, too.
        change.endpoint_id = change.endpoint_id.filter(|id| *id != before.endpoint_id);
        change.test_set_id = change.test_set_id.filter(|id| Some(*id) != before.test_set_id);
        exist(tx, change.endpoint_id, change.test_set_id).await?;
        if let Some(attributes) = &change.attributes {
            configurations::check_new(tx, attributes).await.map_err(|bad| refused(bad, |_| "attributes"))?;
        }
        match configurations::change(tx, id, &change).await?.ok_or_else(no_such_configuration)? {
            Changed::Done => configurations::find(tx, id).await?.ok_or_else(no_such_configuration),
            Changed::Running(run) => Err(Problem::conflict(format!("Test run {run} of it has not ended."))),
            Changed::WasRun => Err(Problem::conflict(
                "It was run: its endpoint and test set stay. Make another test configuration.",
            )),
        }
    })?;
    Ok(Json(changed))
}

/// DELETE `/test_configurations/{id}`: deletes a configuration that was never run.
#[utoipa::path(delete, path = "/test_configurations/{id}", operation_id = "delete_test_configuration", responses((status = 204), (status = 409, description = "It has test runs.")))]
pub(crate) async fn delete_configuration(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(configurations::delete(tx, id).await?))?;
    match deleted.ok_or_else(no_such_configuration)? {
        Deleted::Done => Ok(StatusCode::NO_CONTENT),
        Deleted::WasRun => Err(Problem::conflict("It has test runs: delete these first.")),
    }
}

/// Refuses an endpoint or a test set that the caller has not.
async fn exist(
    tx: &mut PgConnection,
    endpoint_id: Option<Uuid>,
    test_set_id: Option<Uuid>,
) -> Result<(), Problem> {
    let (endpoint, test_set) = configurations::parts_exist(tx, endpoint_id, test_set_id).await?;
    for (there, field) in [(endpoint, "endpoint_id"), (test_set, "test_set_id")] {
        if !there {
            return Err(Problem::invalid(field, "there is none with this id"));
        }
    }
    Ok(())
}

fn attributes(name: &str, value: Value) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(attributes) => {
            let attributes = Object(attributes);
            attributes.only(RunAttributes::FIELDS).map_err(|problem| problem.below(name))?;
            Ok(attributes.0)
        }
        _ => Err(Problem::invalid(name, "must be an object")),
    }
}

/// What there is against an attribute; `place` says in which object of the body one of this name stands.
pub(crate) fn refused(bad: BadReference, place: impl Fn(&str) -> &'static str) -> Problem {
    match bad {
        BadReference::Attribute(bad) => {
            let place = place(&bad.field);
            let problem = Problem::invalid(bad.field, bad.detail);
            if place.is_empty() { problem } else { problem.below(place) }
        }
        BadReference::Database(error) => error.into(),
    }
}

fn no_such_configuration() -> Problem {
    Problem::not_found("Test configuration not found")
}
