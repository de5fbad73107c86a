//! Test sets: by hand and by file, and the execution of one on an endpoint.

mod associate;
mod bulk;
mod described;
mod execute;
mod import;
mod last_run;
mod new_tests;
mod stored;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;
use crate::request::body::BULK_LIMIT;

/// `/test_sets`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route(
            "/test_sets",
            get(stored::test_sets).post(stored::create_test_set).layer(DefaultBodyLimit::max(BULK_LIMIT)),
        )
        .route(
            "/test_sets/bulk",
            post(bulk::create_test_set_in_bulk).layer(DefaultBodyLimit::max(BULK_LIMIT)),
        )
        .route("/test_sets/stats", get(stored::test_set_stats))
        .route("/test_sets/import", post(import::import_test_set).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route(
            "/test_sets/{id}",
            get(stored::test_set).put(stored::change_test_set).delete(stored::delete_test_set),
        )
        .route("/test_sets/{id}/tests", get(stored::test_set_tests))
        .route(
            "/test_sets/{id}/associate",
            post(associate::associate_tests).layer(DefaultBodyLimit::max(BULK_LIMIT)),
        )
        .route(
            "/test_sets/{id}/disassociate",
            post(associate::disassociate_tests).layer(DefaultBodyLimit::max(BULK_LIMIT)),
        )
        .route("/test_sets/{id}/last-run/{endpoint_id}", get(last_run::last_run))
        .route("/test_sets/{id}/execute/{endpoint_id}", post(execute::execute_test_set))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    stored::test_sets,
    stored::create_test_set,
    stored::test_set,
    stored::change_test_set,
    stored::delete_test_set,
    stored::test_set_stats,
    stored::test_set_tests,
    import::import_test_set,
    bulk::create_test_set_in_bulk,
    associate::associate_tests,
    associate::disassociate_tests,
    last_run::last_run,
    execute::execute_test_set
))]
pub(super) struct Document;
