//! `/endpoints`: the AI systems under test.

mod auth;
mod invoke;
mod read;
mod shown;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::endpoints::{self as domain, CallError};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) use invoke::invoke;
use read::read;
use shown::shown;

use super::list::{decoded, encoded};
use crate::App;
use crate::body::Object;
use crate::caller::Caller;
use crate::database::transact;
use crate::id::Id;
use crate::problem::Problem;
use crate::query::Filters;

/// GET /endpoints: newest first.
pub(crate) async fn endpoints(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<Json<Value>, Problem> {
    filters.only(&["limit", "cursor"])?;
    let behind = filters.take("cursor").map(|cursor| decoded(&cursor)).transpose()?;
    let limit = filters.limit(50, 200)?;
    let mut found = transact!(app, caller, |tx| Ok(domain::list(tx, behind, limit + 1).await?))?;
    let more = found.len() > usize::from(limit);
    found.truncate(limit.into());
    let next_cursor = found.last().filter(|_| more).map(|last| encoded(last.id));
    let endpoints: Vec<Value> = found.iter().map(shown).collect();
    Ok(Json(json!({ "endpoints": endpoints, "next_cursor": next_cursor })))
}

/// POST /endpoints.
pub(crate) async fn create_endpoint(
    State(app): State<App>,
    caller: Caller,
    body: Object,
) -> Result<Response, Problem> {
    let (name, endpoint) = read(body, &app.endpoints, None)?;
    let answer = transact!(app, caller, |tx| {
        let id = domain::create(tx, &name, &endpoint, Some(caller.user_id)).await?;
        find(tx, id).await.map(|stored| (id, shown(&stored)))
    });
    let (id, answer) = answer?;
    let location = [(header::LOCATION, format!("/endpoints/{id}"))];
    Ok((StatusCode::CREATED, location, Json(answer)).into_response())
}

/// GET /endpoints/{id}.
pub(crate) async fn endpoint(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Value>, Problem> {
    Ok(Json(transact!(app, caller, |tx| find(tx, id).await.map(|stored| shown(&stored)))?))
}

/// PUT /endpoints/{id}: replaces all of it. A secret that says `***` stays what it was.
pub(crate) async fn replace_endpoint(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    body: Object,
) -> Result<Json<Value>, Problem> {
    let answer = transact!(app, caller, |tx| {
        let stored = find(tx, id).await?;
        let (name, endpoint) = read(body.clone(), &app.endpoints, Some(&stored.endpoint.auth))?;
        if !domain::replace(tx, id, &name, &endpoint).await? {
            return Err(no_such_endpoint());
        }
        find(tx, id).await.map(|stored| shown(&stored))
    });
    Ok(Json(answer?))
}

/// DELETE /endpoints/{id}: it and its secrets are gone; configurations that name it can no longer be executed.
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
fn refused(error: &CallError) -> Problem {
    match &error.field {
        Some(field) => Problem::invalid(field.as_ref(), error.detail()),
        None => Problem::unprocessable(error.reason.clone()),
    }
}
