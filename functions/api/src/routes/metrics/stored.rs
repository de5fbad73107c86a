use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::metrics::{self as domain, Metric, StoredMetric};
use rhesis::models;
use sqlx::PgConnection;

use super::read::{NewMetric, read};
use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::query::Filters;

/// GET /metrics: newest first unless it is said otherwise.
#[utoipa::path(get, path = "/metrics", operation_id = "list_metrics", params(SortedPage), responses((status = 200, body = [StoredMetric])))]
pub(crate) async fn metrics(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<StoredMetric>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &domain::LIST, "")?;
    let found = transact!(app, caller, |tx| Ok(domain::list(tx, &sorted.query).await?))?;
    sorted.page(found)
}

/// POST /metrics: makes a metric.
#[utoipa::path(post, path = "/metrics", operation_id = "create_metric", request_body = NewMetric, responses((status = 201, body = StoredMetric, headers(("Location" = String)))))]
pub(crate) async fn create_metric(
    State(app): State<App>,
    caller: Caller,
    body: Object,
) -> Result<Response, Problem> {
    let metric = read(body, None).await?;
    let made = transact!(app, caller, |tx| {
        knows_model(tx, &metric).await?;
        let id = domain::create(tx, &metric, Some(caller.user_id)).await?;
        domain::show(tx, id).await?.ok_or_else(no_such_metric)
    })?;
    let location = [(header::LOCATION, format!("/metrics/{}", made.id))];
    Ok((StatusCode::CREATED, location, Json(made)).into_response())
}

/// GET /metrics/{id}: one metric.
#[utoipa::path(get, path = "/metrics/{id}", operation_id = "get_metric", responses((status = 200, body = StoredMetric)))]
pub(crate) async fn metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<StoredMetric>, Problem> {
    let found = transact!(app, caller, |tx| Ok(domain::show(tx, id).await?))?;
    found.map(Json).ok_or_else(no_such_metric)
}

/// PUT /metrics/{id}: replaces all of it. Results that are stored keep what it said then.
#[utoipa::path(put, path = "/metrics/{id}", operation_id = "replace_metric", request_body = NewMetric, responses((status = 200, body = StoredMetric)))]
pub(crate) async fn replace_metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    body: Object,
) -> Result<Json<StoredMetric>, Problem> {
    let metric = read(body, Some(id)).await?;
    let changed = transact!(app, caller, |tx| {
        knows_model(tx, &metric).await?;
        Ok(domain::replace(tx, id, &metric).await?)
    })?;
    changed.map(Json).ok_or_else(no_such_metric)
}

/// DELETE /metrics/{id}: it judges nothing from now on; stored results stay.
#[utoipa::path(delete, path = "/metrics/{id}", operation_id = "delete_metric", responses((status = 204)))]
pub(crate) async fn delete_metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(domain::delete(tx, id).await?))?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_metric()) }
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
