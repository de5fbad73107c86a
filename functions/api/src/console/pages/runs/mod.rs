//! Test runs: the list, one of them with its results, and what can be done to them.

mod acts;
mod failures;
mod list;
mod rate;
mod results;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

pub(super) use list::{is_part, table};
pub(super) use rate::rate;

/// `/console/runs`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/runs", get(list::list))
        .route("/console/runs/execute", post(acts::execute))
        .route("/console/runs/{id}", get(show::show))
        .route("/console/runs/{id}/rename", post(acts::rename))
        .route("/console/runs/{id}/again", post(acts::again))
        .route("/console/runs/{id}/flaky", get(failures::flaky))
        .route("/console/runs/{id}/repeat", post(acts::repeat))
        .route("/console/runs/{id}/rescore", post(acts::rescore))
        .route("/console/runs/{id}/cancel", post(acts::cancel))
        .route("/console/runs/{id}/delete", post(acts::delete))
        .route("/console/runs/{id}/download", get(acts::download))
}
