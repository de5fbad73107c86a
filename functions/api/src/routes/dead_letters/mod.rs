//! Failed tasks by kind and error, and their redrive.

mod list;
mod redrive;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;

/// `/dead-letters`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dead-letters", get(list::dead_letters))
        .route("/dead-letters/redrive", post(redrive::redrive))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(list::dead_letters, redrive::redrive))]
pub(super) struct Document;
