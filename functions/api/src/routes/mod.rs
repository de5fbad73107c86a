//! A room for each resource: its routes, what they take and answer, and the router that says where they are.

mod batch_operations;
mod dead_letters;
mod endpoints;
mod groups;
mod health;
mod imports;
mod kick;
mod kinds;
mod limits;
mod me;
mod metrics;
mod models;
mod relay;
mod schedules;
mod tasks;
mod test_configurations;
mod test_results;
mod test_runs;
mod test_sets;
mod tokens;
mod webhooks;

use axum::Router;

use crate::App;

/// Every route of the API but `kick`'s.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .merge(health::router())
        .merge(kinds::router())
        .merge(tasks::router())
        .merge(groups::router())
        .merge(dead_letters::router())
        .merge(batch_operations::router())
        .merge(limits::router())
        .merge(schedules::router())
        .merge(test_configurations::router())
        .merge(test_runs::router())
        .merge(test_results::router())
        .merge(test_sets::router())
        .merge(imports::router())
        .merge(endpoints::router())
        .merge(me::router())
        .merge(metrics::router())
        .merge(models::router())
        .merge(relay::router())
        .merge(tokens::router())
        .merge(webhooks::router())
}

pub(crate) use kick::router as kick;
