use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use rhesis::metrics::{self as domain, BadMetric, Metric, Shelved};
use rhesis::models;
use rhesis::programs::apart;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::Paging;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::{Id, Ids};
use crate::request::query::Filters;

/// `/metrics`, and what of them a test set has.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/metrics", get(metrics).post(create_metric))
        .route("/metrics/{id}", get(metric).put(replace_metric).delete(delete_metric))
        .route("/test_sets/{id}/metrics/{metric_id}", put(assign_metric).delete(release_metric))
}

/// GET /metrics: newest first.
pub(crate) async fn metrics(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shelved>, Problem> {
    filters.only(&["limit", "cursor"])?;
    let paging: Paging<Uuid> = Paging::read(&mut filters)?;
    let found = transact!(app, caller, |tx| Ok(domain::list(tx, paging.behind, paging.ask()).await?))?;
    Ok(paging.page(found, None, |one| one.id))
}

/// POST /metrics.
pub(crate) async fn create_metric(
    State(app): State<App>,
    caller: Caller,
    body: Object,
) -> Result<Response, Problem> {
    let metric = read(body).await?;
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
    let metric = read(body).await?;
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
    Ids(test_set_id, metric_id): Ids,
) -> Result<StatusCode, Problem> {
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
    Ids(test_set_id, metric_id): Ids,
) -> Result<StatusCode, Problem> {
    transact!(app, caller, |tx| {
        are_there(tx, metric_id, test_set_id).await?;
        Ok(domain::release(tx, metric_id, test_set_id).await?)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// A metric that can judge. Its patterns and schemas are programs, so it is read apart from the runtime's threads.
async fn read(body: Object) -> Result<Metric, Problem> {
    let read = apart(move || Metric::read(&Value::Object(body.0))).await;
    Ok(read.map_err(|broken| Problem::unprocessable(broken.to_string()))??)
}

async fn are_there(tx: &mut PgConnection, metric_id: Uuid, test_set_id: Uuid) -> Result<(), Problem> {
    let there = domain::are_there(tx, metric_id, test_set_id).await?;
    there.then_some(()).ok_or_else(|| Problem::not_found("There is no such test set, or no such metric."))
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
