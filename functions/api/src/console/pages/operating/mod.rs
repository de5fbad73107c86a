//! What an operator looks at: how everything stands, what has failed, what is held back, what comes by itself.

mod batches;
mod dead_letters;
mod limits;
mod overview;
mod schedules;
mod throughput;

use axum::Router;
use axum::routing::get;

pub(super) use batches::buttons;
pub(super) use throughput::throughput;

use crate::console::Console;

pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/overview", get(overview::overview))
        .merge(batches::router())
        .merge(dead_letters::router())
        .merge(limits::router())
        .merge(schedules::router())
}
