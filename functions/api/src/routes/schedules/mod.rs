//! Schedules: tasks by the clock.

mod new;
mod stored;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;

/// `/schedules`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/schedules", get(stored::schedules).post(stored::create_schedule))
        .route("/schedules/{id}", get(stored::schedule).delete(stored::delete_schedule))
        .route("/schedules/{id}/pause", post(stored::pause_schedule))
        .route("/schedules/{id}/resume", post(stored::resume_schedule))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    stored::create_schedule,
    stored::schedules,
    stored::schedule,
    stored::pause_schedule,
    stored::resume_schedule,
    stored::delete_schedule
))]
pub(super) struct Document;
