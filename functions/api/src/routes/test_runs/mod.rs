//! Test runs: list, show, rename, delete, cancel, rescore, repeat, compare, download; why tests failed, and which are flaky.

mod cancel;
mod compare;
mod download;
mod failures;
mod only;
mod repeat;
mod rescore;
mod stored;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;

pub(super) use rescore::submit as submit_rescore;
pub(super) use stored::no_such_run;

/// `/test_runs`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/test_runs", get(stored::test_runs))
        .route("/test_runs/{id}", get(stored::test_run).put(stored::rename_run).delete(stored::delete_run))
        .route("/test_runs/{id}/cancel", post(cancel::cancel_run))
        .route("/test_runs/{id}/rescore", post(rescore::rescore))
        .route("/test_runs/{id}/repeat", post(repeat::repeat))
        .route("/test_runs/{id}/failures", get(failures::failures))
        .route("/test_runs/{id}/flaky_tests", get(failures::flaky_tests))
        .route("/test_runs/{id}/compare/{before_id}", get(compare::compare))
        .route("/test_runs/{id}/compare/{before_id}/tests", get(compare::compared_tests))
        .route("/test_runs/{id}/metrics", get(stored::run_metrics))
        .route("/test_runs/{id}/download", get(download::download))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    stored::test_runs,
    stored::test_run,
    stored::rename_run,
    stored::delete_run,
    stored::run_metrics,
    cancel::cancel_run,
    compare::compare,
    compare::compared_tests,
    failures::failures,
    failures::flaky_tests,
    repeat::repeat,
    rescore::rescore,
    download::download
))]
pub(super) struct Document;
