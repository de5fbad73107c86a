//! Tasks: start, list, show, wait, revoke, retry, why.

mod reading;
mod reference;
mod retry;
mod revoke;
mod starting;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;
use crate::request::body::BULK_LIMIT;

use reading::{list, show, stats, throughput, why};
use starting::{bulk, start};

pub(super) use reading::overrides;
pub(super) use reference::TaskReference;
pub(super) use starting::read;

/// `/tasks`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/tasks", get(list::list).post(bulk::bulk).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route("/tasks/stats", get(stats::stats))
        .route("/tasks/throughput", get(throughput::throughput))
        // One route, because it is one pattern: what is posted to is a kind, all else is to an id.
        .route("/tasks/{id}", get(show::show).post(start::start).delete(revoke::revoke))
        .route("/tasks/{id}/why", get(why::why))
        .route("/tasks/{id}/retry", post(retry::retry))
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    list::list,
    bulk::bulk,
    stats::stats,
    throughput::throughput,
    show::show,
    start::start,
    revoke::revoke,
    why::why,
    retry::retry
))]
pub(super) struct Document;
