//! Metrics, and what of them a test set has.

mod read;
mod stored;
mod test_set;

use axum::Router;
use axum::routing::{get, put};
use utoipa::OpenApi;

use crate::App;

/// `/metrics`, and what of them a test set has.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/metrics", get(stored::metrics).post(stored::create_metric))
        .route("/metrics/{id}", get(stored::metric).put(stored::replace_metric).delete(stored::delete_metric))
        .route("/test_sets/{id}/metrics", get(test_set::test_set_metrics))
        .route(
            "/test_sets/{id}/metrics/{metric_id}",
            put(test_set::assign_metric).post(test_set::add_metric).delete(test_set::release_metric),
        )
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    stored::metrics,
    stored::create_metric,
    stored::metric,
    stored::replace_metric,
    stored::delete_metric,
    test_set::assign_metric,
    test_set::add_metric,
    test_set::test_set_metrics,
    test_set::release_metric
))]
pub(super) struct Document;
