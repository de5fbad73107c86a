use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rhesis::metrics::{self as domain, StoredMetric};
use rhesis::test_sets;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::{Id, Ids};
use crate::sdk::AskedBySdk;

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
#[utoipa::path(get, path = "/test_sets/{id}/metrics", operation_id = "list_test_set_metrics", responses((status = 200, body = [StoredMetric])))]
pub(crate) async fn test_set_metrics(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Vec<StoredMetric>>, Problem> {
    let found = transact!(app, caller, |tx| {
        test_sets::find(tx, id).await?.ok_or_else(|| Problem::not_found("Test set not found"))?;
        Ok(domain::of_test_set(tx, id).await?)
    })?;
    Ok(Json(found))
}

/// POST `/test_sets/{id}/metrics/{metric_id}`: as `PUT` there; answers all metrics of the set, as Rhesis's SDK wants to hear.
#[utoipa::path(post, path = "/test_sets/{id}/metrics/{metric_id}", operation_id = "add_test_set_metric_and_list", responses((status = 200, body = [StoredMetric])))]
pub(crate) async fn add_metric(
    State(app): State<App>,
    caller: Caller,
    Ids(test_set_id, metric_id): Ids,
) -> Result<Json<Vec<StoredMetric>>, Problem> {
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
    Ok(AskedBySdk(by_sdk)): Result<AskedBySdk, Infallible>,
) -> Result<Response, Problem> {
    let left = transact!(app, caller, |tx| {
        are_there(tx, metric_id, test_set_id).await?;
        domain::release(tx, metric_id, test_set_id).await?;
        Ok(domain::of_test_set(tx, test_set_id).await?)
    })?;
    Ok(if by_sdk { Json(left).into_response() } else { StatusCode::NO_CONTENT.into_response() })
}

async fn are_there(tx: &mut PgConnection, metric_id: Uuid, test_set_id: Uuid) -> Result<(), Problem> {
    let there = domain::are_there(tx, metric_id, test_set_id).await?;
    there.then_some(()).ok_or_else(|| Problem::not_found("There is no such test set, or no such metric."))
}
