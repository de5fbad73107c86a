//! A room for each part of the console: its pages, and what their forms do.

mod access;
mod act;
mod batches;
mod compare;
mod configuring;
mod dead_letters;
mod endpoints;
mod find;
mod groups;
mod kinds;
mod limits;
mod overview;
mod results;
mod runs;
mod schedules;
mod tasks;
mod test_sets;
mod throughput;

use axum::Router;
use axum::routing::get;

use super::Console;
use super::refusal::Refusal;

/// Every page.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/overview", get(overview::overview))
        .route("/console/find", get(find::find))
        .merge(tasks::router())
        .merge(groups::router())
        .merge(batches::router())
        .merge(dead_letters::router())
        .merge(schedules::router())
        .merge(limits::router())
        .merge(kinds::router())
        .merge(runs::router())
        .merge(compare::router())
        .merge(results::router())
        .merge(test_sets::router())
        .merge(endpoints::router())
        .merge(configuring::router())
        .merge(access::router())
        .route("/console/{*nothing}", get(|| async { Refusal::not_found() }))
}
