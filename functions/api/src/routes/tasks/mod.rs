//! Tasks: start, list, show, wait, revoke, retry, why.

mod attempt;
mod bulk;
mod list;
mod overrides;
mod reason;
mod reference;
mod retry;
mod revoke;
mod show;
mod start;
mod stats;
mod throughput;
mod wait;
mod why;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;
use crate::request::body::BULK_LIMIT;

pub(super) use bulk::read;
pub(super) use overrides::overrides;
pub(super) use reference::TaskReference;

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
