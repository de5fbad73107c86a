//! Groups and chains of tasks: start, show, cancel.

mod cancel;
mod show;
mod start;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;
use crate::request::body::BULK_LIMIT;

pub(super) use cancel::{deadline, end_rest};

/// `/groups` and `/chains`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/groups", post(start::start_group).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route("/groups/{id}", get(show::show_group).delete(cancel::cancel_group))
        .route("/chains", post(start::start_chain).layer(DefaultBodyLimit::max(BULK_LIMIT)))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(start::start_group, start::start_chain, show::show_group, cancel::cancel_group))]
pub(super) struct Document;
