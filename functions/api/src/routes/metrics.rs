use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::metrics::{self as domain, BadMetric, Metric, Shelved};
use rhesis::models;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::list::{decoded, encoded};
use crate::App;
use crate::body::Object;
use crate::caller::Caller;
use crate::database::transact;
use crate::id::Id;
use crate::problem::Problem;
use crate::query::Filters;

/// GET /metrics: newest first.
pub(crate) async fn metrics(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<Json<Value>, Problem> {
    filters.only(&["limit", "cursor"])?;
    let behind = filters.take("cursor").map(|cursor| decoded(&cursor)).transpose()?;
    let limit = filters.limit(50, 200)?;
    let mut found = transact!(app, caller, |tx| Ok(domain::list(tx, behind, i64::from(limit) + 1).await?))?;
    let more = found.len() > usize::from(limit);
    found.truncate(limit.into());
    let next_cursor = found.last().filter(|_| more).map(|last| encoded(last.id));
    Ok(Json(json!({ "metrics": found, "next_cursor": next_cursor })))
}

/// POST /metrics.
pub(crate) async fn create_metric(
    State(app): State<App>,
    caller: Caller,
    body: Object,
) -> Result<Response, Problem> {
    let metric = Metric::read(&Value::Object(body.0))?;
    let made = transact!(app, caller, |tx| {
        knows_model(tx, &metric).await?;
        let id = domain::create(tx, &metric, Some(caller.user_id)).await?;
        domain::show(tx, id).await?.ok_or_else(no_such_metric)
    })?;
    let location = [(header::LOCATION, format!("/metrics/{}", made.id))];
    Ok((StatusCode::CREATED, location, Json(made)).into_response())
}

/// GET /metrics/{id}.
pub(crate) async fn metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shelved>, Problem> {
    let found = transact!(app, caller, |tx| Ok(domain::show(tx, id).await?))?;
    found.map(Json).ok_or_else(no_such_metric)
}

/// PUT /metrics/{id}: replaces all of it. Results that are stored keep what it said then.
pub(crate) async fn replace_metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    body: Object,
) -> Result<Json<Shelved>, Problem> {
    let metric = Metric::read(&Value::Object(body.0))?;
    let changed = transact!(app, caller, |tx| {
        knows_model(tx, &metric).await?;
        Ok(domain::replace(tx, id, &metric).await?)
    })?;
    changed.map(Json).ok_or_else(no_such_metric)
}

/// DELETE /metrics/{id}: it judges nothing from now on; stored results stay.
pub(crate) async fn delete_metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(domain::delete(tx, id).await?))?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_metric()) }
}

/// PUT `/test_sets/{id}/metrics/{metric_id}`: the metric judges the tests of the set; it may do so already.
pub(crate) async fn assign_metric(
    State(app): State<App>,
    caller: Caller,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let (test_set_id, metric_id) = both(ids)?;
    transact!(app, caller, |tx| {
        are_there(tx, metric_id, test_set_id).await?;
        Ok(domain::assign(tx, metric_id, test_set_id).await?)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// DELETE `/test_sets/{id}/metrics/{metric_id}`: it does not judge them from now on, if it did.
pub(crate) async fn release_metric(
    State(app): State<App>,
    caller: Caller,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let (test_set_id, metric_id) = both(ids)?;
    transact!(app, caller, |tx| {
        are_there(tx, metric_id, test_set_id).await?;
        Ok(domain::release(tx, metric_id, test_set_id).await?)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn are_there(tx: &mut PgConnection, metric_id: Uuid, test_set_id: Uuid) -> Result<(), Problem> {
    let there = domain::are_there(tx, metric_id, test_set_id).await?;
    there.then_some(()).ok_or_else(|| Problem::not_found("There is no such test set, or no such metric."))
}

fn both(ids: Result<Path<(String, String)>, PathRejection>) -> Result<(Uuid, Uuid), Problem> {
    let read = |field: &str, text: &str| {
        Uuid::parse_str(text)
            .map_err(|_| Problem::invalid(field, "must be a UUID, as 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"))
    };
    let Path((test_set, metric)) = ids.map_err(|_| Problem::invalid("id", "must be a UUID"))?;
    Ok((read("id", &test_set)?, read("metric_id", &metric)?))
}

async fn knows_model(tx: &mut PgConnection, metric: &Metric) -> Result<(), Problem> {
    match metric.model_id {
        Some(id) if models::show(tx, id).await?.is_none() => {
            Err(Problem::invalid("model_id", "must be the id of a model that there is"))
        }
        _ => Ok(()),
    }
}

fn no_such_metric() -> Problem {
    Problem::not_found("There is no such metric.")
}

impl From<BadMetric> for Problem {
    fn from(bad: BadMetric) -> Self {
        Self::invalid(bad.field, bad.detail)
    }
}
