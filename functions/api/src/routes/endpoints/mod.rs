//! `/endpoints`: the AI systems under test.

mod auth;
mod auth_fields;
mod invoke;
mod names;
mod read;
mod secrets;
mod shown;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rhesis::endpoints::{self as domain, CallError};
use sqlx::PgConnection;
use utoipa::OpenApi;
use uuid::Uuid;

pub(crate) use invoke::invoke;
use names::Names;
use read::{NewEndpoint, read};
use shown::Shown;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::{TRIES, transact};
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::query::Filters;

/// `/endpoints`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/endpoints", get(endpoints).post(create_endpoint))
        .route("/endpoints/{id}", get(endpoint).put(replace_endpoint).delete(delete_endpoint))
        .route("/endpoints/{id}/invoke", post(invoke))
}

/// GET /endpoints: newest first unless it is said otherwise.
#[utoipa::path(get, path = "/endpoints", operation_id = "list_endpoints", params(SortedPage), responses((status = 200, body = [Shown])))]
pub(crate) async fn endpoints(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &domain::LIST, "")?;
    let found = transact!(app, caller, |tx| Ok(domain::list(tx, &sorted.query).await?))?;
    sorted.page(found)
}

/// POST /endpoints: makes an endpoint; its secrets are stored encrypted and never shown.
#[utoipa::path(post, path = "/endpoints", operation_id = "create_endpoint", request_body = NewEndpoint, responses((status = 201, body = Shown, headers(("Location" = String)))))]
pub(crate) async fn create_endpoint(
    State(app): State<App>,
    caller: Caller,
    body: Object,
) -> Result<Response, Problem> {
    body.is_new()?;
    let (name, endpoint) = read(body, &app.endpoints, None).await?;
    let made = transact!(app, caller, |tx| {
        let id = domain::create(tx, &name, &endpoint, Some(caller.user_id)).await?;
        find(tx, id).await
    })?;
    let location = [(header::LOCATION, format!("/endpoints/{}", made.id))];
    Ok((StatusCode::CREATED, location, Json(Shown::from(made))).into_response())
}

/// GET /endpoints/{id}: one endpoint, without its secrets.
#[utoipa::path(get, path = "/endpoints/{id}", operation_id = "get_endpoint", responses((status = 200, body = Shown)))]
pub(crate) async fn endpoint(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    Ok(Json(transact!(app, caller, |tx| find(tx, id).await.map(Shown::from))?))
}

/// PUT /endpoints/{id}: replaces all of it. A secret that says `***` stays what it was, if it goes where it went.
#[utoipa::path(put, path = "/endpoints/{id}", operation_id = "replace_endpoint", request_body = NewEndpoint, responses((status = 200, body = Shown)))]
pub(crate) async fn replace_endpoint(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<Shown>, Problem> {
    body.is_of(id)?;
    for _ in 0..TRIES {
        let before = transact!(app, caller, |tx| find(tx, id).await)?;
        // Between two transactions: a template is rendered, and no row waits for that.
        let (name, endpoint) = read(body.clone(), &app.endpoints, Some(&before.endpoint)).await?;
        let answer = transact!(app, caller, |tx| {
            match domain::replace(tx, &before, &name, &endpoint).await? {
                true => find(tx, id).await.map(|stored| Some(Shown::from(stored))),
                false => Ok(None),
            }
        })?;
        if let Some(shown) = answer {
            return Ok(Json(shown));
        }
    }
    Err(Problem::conflict("The endpoint is being changed by somebody else."))
}

/// DELETE /endpoints/{id}: it and its secrets are gone; configurations that name it can no longer be executed.
#[utoipa::path(delete, path = "/endpoints/{id}", operation_id = "delete_endpoint", responses((status = 204)))]
pub(crate) async fn delete_endpoint(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(domain::delete(tx, id).await?))?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_endpoint()) }
}

async fn find(tx: &mut PgConnection, id: Uuid) -> Result<domain::Stored, Problem> {
    domain::find(tx, id).await?.ok_or_else(no_such_endpoint)
}

fn no_such_endpoint() -> Problem {
    Problem::not_found("There is no such endpoint.")
}

/// What is wrong with an endpoint, as a problem that names its field.
fn refused(error: &CallError, names: &Names) -> Problem {
    match &error.field {
        Some(field) => Problem::invalid(names.spoken(field), error.detail()),
        None => Problem::unprocessable(error.reason.clone()),
    }
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(endpoints, create_endpoint, endpoint, replace_endpoint, delete_endpoint, invoke::invoke))]
pub(super) struct Document;
