//! Test sets: the list, one of them with its tests and its trend, and import.

mod acts;
mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

/// `/console/test-sets`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/test-sets", get(list::list).post(acts::import))
        .route("/console/test-sets/{id}", get(show::show))
        .route("/console/test-sets/{id}/metrics", post(acts::metrics))
        .route("/console/test-sets/{id}/delete", post(acts::delete))
}
