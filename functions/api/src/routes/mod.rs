//! A room for each resource: its routes, what they take and answer, and the router that says where they are.

mod batch_operations;
mod behaviors;
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
mod openapi;
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
use listing::Listing;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use crate::App;

/// Every route of the API but `kick`'s.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .merge(health::router())
        .merge(openapi::router())
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
        .merge(behaviors::router())
        .merge(me::router())
        .merge(metrics::router())
        .merge(models::router())
        .merge(relay::router())
        .merge(tokens::router())
        .merge(webhooks::router())
}

pub(crate) use kick::router as kick;

/// The lists that can be sorted and filtered, by the ids of their operations.
pub(crate) fn lists() -> [(&'static str, &'static Listing); 13] {
    [
        ("list_test_sets", &rhesis::test_sets::LIST),
        ("list_test_set_tests", &rhesis::test_sets::MEMBERS),
        ("list_test_configurations", &rhesis::configurations::LIST),
        ("list_test_runs", &rhesis::runs::LIST),
        ("list_test_results", &rhesis::results::LIST),
        ("list_imports", &rhesis::imports::LIST),
        ("list_endpoints", &rhesis::endpoints::LIST),
        ("list_metrics", &rhesis::metrics::LIST),
        ("list_behaviors", &rhesis::behaviors::LIST),
        ("list_models", &rhesis::models::LIST),
        ("list_tokens", &rhesis::tokens::LIST),
        ("list_webhooks", &rhesis::webhooks::LIST),
        ("list_schedules", &store::SCHEDULES),
    ]
}

/// What each room says of itself: its name, what it is about, and its routes.
pub(crate) fn documents() -> Vec<(&'static str, &'static str, OpenApi)> {
    vec![
        ("health", "That the API answers.", health::Document::openapi()),
        ("document", "What you read.", openapi::Document::openapi()),
        ("kinds", "The kinds of task, with their contracts.", kinds::Document::openapi()),
        ("tasks", "Tasks: start, list, show, wait, revoke, retry, explain.", tasks::Document::openapi()),
        ("groups", "Groups and chains of tasks.", groups::Document::openapi()),
        (
            "dead letters",
            "Failed tasks by kind and error, and their redrive.",
            dead_letters::Document::openapi(),
        ),
        ("batch operations", "What is done to all tasks that match.", batch_operations::Document::openapi()),
        ("relay", "The sweep that repeats what was lost.", relay::Document::openapi()),
        ("limits", "How many tasks with a key run, and begin.", limits::Document::openapi()),
        ("schedules", "Tasks by the clock.", schedules::Document::openapi()),
        (
            "test configurations",
            "Test sets to be run on endpoints, and how.",
            test_configurations::Document::openapi(),
        ),
        ("test runs", "Runs of test configurations.", test_runs::Document::openapi()),
        ("test results", "What the tests of a run came to.", test_results::Document::openapi()),
        ("test sets", "Tests, by hand and by file.", test_sets::Document::openapi()),
        ("imports", "Files of tests that come in parts.", imports::Document::openapi()),
        ("endpoints", "The AI systems under test.", endpoints::Document::openapi()),
        ("me", "Who asks.", me::Document::openapi()),
        ("metrics", "How answers are judged.", metrics::Document::openapi()),
        ("behaviors", "What tests test, with metrics of its own.", behaviors::Document::openapi()),
        ("models", "The models that judge.", models::Document::openapi()),
        ("tokens", "The caller's own API tokens.", tokens::Document::openapi()),
        ("webhooks", "Who is told of what happens.", webhooks::Document::openapi()),
        ("kick", "Sending tasks that were started by SQL.", kick::Document::openapi()),
    ]
}
