//! Batch operations: what somebody does to all tasks that a filter matches.

mod begin;
mod stored;

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;

use crate::App;

/// `/batch_operations`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/batch_operations", get(stored::list).post(begin::begin))
        .route("/batch_operations/{id}", get(stored::show).delete(stored::stop))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(begin::begin, stored::list, stored::show, stored::stop))]
pub(super) struct Document;
