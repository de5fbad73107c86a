//! Endpoints: the AI systems under test, with a try-out.

mod acts;
mod form;
mod list;

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

/// `/console/endpoints`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/endpoints", get(list::list).post(acts::create))
        .route("/console/endpoints/{id}", get(list::show).post(acts::replace))
        .route("/console/endpoints/{id}/try", post(acts::try_out))
        .route("/console/endpoints/{id}/delete", post(acts::delete))
}
