//! Tasks: the list, one of them with its story, and what can be done to them.

mod acts;
mod bulk;
mod copies;
mod list;
mod show;
mod story;

use axum::Router;
use axum::routing::{get, post};

use crate::console::Console;

pub(super) use list::table;

/// `/console/tasks`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/tasks", get(list::list).post(bulk::bulk))
        .route("/console/tasks/{id}", get(show::show))
        .route("/console/tasks/{id}/revoke", post(acts::revoke))
        .route("/console/tasks/{id}/retry", post(acts::retry))
}
