//! A room for each part of the console: its pages, and what their forms do.

mod access;
mod act;
mod compare;
mod configuring;
mod endpoints;
mod find;
mod groups;
mod kinds;
mod operating;
mod results;
mod runs;
mod tasks;
mod test_sets;

use axum::Router;
use axum::routing::get;

use super::Console;
use super::refusal::Refusal;

/// Every page.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/find", get(find::find))
        .merge(tasks::router())
        .merge(groups::router())
        .merge(operating::router())
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
