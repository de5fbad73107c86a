use crate::document::words;
use crate::request::fields::body;
use std::convert::Infallible;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use rhesis::metrics::{self as domain, BadMetric, Metric, Operator, ScoreType, Shelved};
use rhesis::models;
use rhesis::programs::apart;
use rhesis::test_sets;
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::OpenApi;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::{Id, Ids};
use crate::request::query::Filters;
use crate::sdk::Spoken;

/// `/metrics`, and what of them a test set has.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/metrics", get(metrics).post(create_metric))
        .route("/metrics/{id}", get(metric).put(replace_metric).delete(delete_metric))
        .route("/test_sets/{id}/metrics", get(test_set_metrics))
        .route(
            "/test_sets/{id}/metrics/{metric_id}",
            put(assign_metric).post(add_metric).delete(release_metric),
        )
}

body! {
    /// A metric as it is made, or replaced.
    pub(crate) struct NewMetric {
        /// Its name in the results.
        #[schema(min_length = 1, pattern = r"\S")]
        name: String,
        /// What it is for.
        description: Option<String>,
        /// What judges.
        #[schema(value_type = words::MetricClass)]
        class_name: String,
        /// What a class without a model needs: `text`, `pattern` or `schema`.
        #[schema(value_type = Option<Object>)]
        parameters: Option<Value>,
        /// What a model is to look at; the criteria.
        evaluation_prompt: Option<String>,
        /// In which steps it is to go about it.
        evaluation_steps: Option<String>,
        /// How it is to reason.
        reasoning: Option<String>,
        /// Examples of scores.
        evaluation_examples: Option<String>,
        /// What the score is.
        score_type: Option<ScoreType>,
        /// The least number that a model may give.
        min_score: Option<f64>,
        /// The greatest.
        max_score: Option<f64>,
        /// What a number is compared with.
        threshold: Option<f64>,
        /// How it is compared.
        threshold_operator: Option<Operator>,
        /// What a model may choose from.
        categories: Option<Vec<String>>,
        /// Which of them pass.
        passing_categories: Option<Vec<String>>,
        /// Whether it is skipped for a test without an expected answer.
        ground_truth_required: Option<bool>,
        /// Whether it needs the `context` that the endpoint answered from.
        context_required: Option<bool>,
        /// The kinds of tests that it is for.
        #[schema(value_type = Option<Vec<words::MetricScope>>, min_items = 1)]
        metric_scope: Option<Vec<String>>,
        /// The model that judges; none: the configuration's.
        model_id: Option<Uuid>,
    }
}

/// GET /metrics: newest first unless it is said otherwise.
#[utoipa::path(get, path = "/metrics", operation_id = "list_metrics", params(SortedPage), responses((status = 200, body = [Shelved])))]
pub(crate) async fn metrics(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shelved>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &domain::LIST, "")?;
    let found = transact!(app, caller, |tx| Ok(domain::list(tx, &sorted.query).await?))?;
    Ok(sorted.page(found))
}

/// POST /metrics: makes a metric.
#[utoipa::path(post, path = "/metrics", operation_id = "create_metric", request_body = NewMetric, responses((status = 201, body = Shelved, headers(("Location" = String)))))]
pub(crate) async fn create_metric(
    State(app): State<App>,
    caller: Caller,
    body: Object,
) -> Result<Response, Problem> {
    body.only(NewMetric::FIELDS)?;
    let metric = read(body).await?;
    let made = transact!(app, caller, |tx| {
        knows_model(tx, &metric).await?;
        let id = domain::create(tx, &metric, Some(caller.user_id)).await?;
        domain::show(tx, id).await?.ok_or_else(no_such_metric)
    })?;
    let location = [(header::LOCATION, format!("/metrics/{}", made.id))];
    Ok((StatusCode::CREATED, location, Json(made)).into_response())
}

/// GET /metrics/{id}: one metric.
#[utoipa::path(get, path = "/metrics/{id}", operation_id = "get_metric", responses((status = 200, body = Shelved)))]
pub(crate) async fn metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shelved>, Problem> {
    let found = transact!(app, caller, |tx| Ok(domain::show(tx, id).await?))?;
    found.map(Json).ok_or_else(no_such_metric)
}

/// PUT /metrics/{id}: replaces all of it. Results that are stored keep what it said then.
#[utoipa::path(put, path = "/metrics/{id}", operation_id = "replace_metric", request_body = NewMetric, responses((status = 200, body = Shelved)))]
pub(crate) async fn replace_metric(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    body: Object,
) -> Result<Json<Shelved>, Problem> {
    body.only(NewMetric::FIELDS)?;
    let metric = read(body).await?;
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

/// PUT `/test_sets/{id}/metrics/{metric_id}`: the metric judges the tests of the set; it may do so already.
#[utoipa::path(put, path = "/test_sets/{id}/metrics/{metric_id}", operation_id = "add_test_set_metric", responses((status = 204)))]
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

/// GET `/test_sets/{id}/metrics`: the metrics of a test set, by name.
#[utoipa::path(get, path = "/test_sets/{id}/metrics", operation_id = "list_test_set_metrics", responses((status = 200, body = [Shelved])))]
pub(crate) async fn test_set_metrics(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Vec<Shelved>>, Problem> {
    let found = transact!(app, caller, |tx| {
        test_sets::find(tx, id).await?.ok_or_else(|| Problem::not_found("Test set not found"))?;
        Ok(domain::of_test_set(tx, id).await?)
    })?;
    Ok(Json(found))
}

/// POST `/test_sets/{id}/metrics/{metric_id}`: as `PUT` there; answers all metrics of the set, as Rhesis's SDK wants to hear.
#[utoipa::path(post, path = "/test_sets/{id}/metrics/{metric_id}", operation_id = "add_test_set_metric_and_list", responses((status = 200, body = [Shelved])))]
pub(crate) async fn add_metric(
    State(app): State<App>,
    caller: Caller,
    Ids(test_set_id, metric_id): Ids,
) -> Result<Json<Vec<Shelved>>, Problem> {
    let all = transact!(app, caller, |tx| {
        are_there(tx, metric_id, test_set_id).await?;
        domain::assign(tx, metric_id, test_set_id).await?;
        Ok(domain::of_test_set(tx, test_set_id).await?)
    })?;
    Ok(Json(all))
}

/// DELETE `/test_sets/{id}/metrics/{metric_id}`: it does not judge them from now on, if it did.
#[utoipa::path(delete, path = "/test_sets/{id}/metrics/{metric_id}", operation_id = "remove_test_set_metric", responses((status = 204)))]
pub(crate) async fn release_metric(
    State(app): State<App>,
    caller: Caller,
    Ids(test_set_id, metric_id): Ids,
    Ok(Spoken(by_sdk)): Result<Spoken, Infallible>,
) -> Result<Response, Problem> {
    let left = transact!(app, caller, |tx| {
        are_there(tx, metric_id, test_set_id).await?;
        domain::release(tx, metric_id, test_set_id).await?;
        Ok(domain::of_test_set(tx, test_set_id).await?)
    })?;
    Ok(if by_sdk { Json(left).into_response() } else { StatusCode::NO_CONTENT.into_response() })
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

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    metrics,
    create_metric,
    metric,
    replace_metric,
    delete_metric,
    assign_metric,
    add_metric,
    test_set_metrics,
    release_metric
))]
pub(super) struct Document;
