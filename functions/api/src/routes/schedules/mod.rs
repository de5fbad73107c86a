//! Schedules: tasks by the clock.

mod new;
mod stored;

use axum::Router;
use axum::routing::{get, post};

use crate::App;

/// `/schedules`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/schedules", get(stored::schedules).post(stored::create_schedule))
        .route("/schedules/{id}", get(stored::schedule).delete(stored::delete_schedule))
        .route("/schedules/{id}/pause", post(stored::pause_schedule))
        .route("/schedules/{id}/resume", post(stored::resume_schedule))
}
