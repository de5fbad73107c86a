//! Test configurations, in both spellings, and their execution.

mod attributes;
mod execute;
mod stored;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

use crate::App;

pub(super) use attributes::MetricReference;
pub(super) use execute::{enqueue, submit};
pub(super) use stored::refused;

/// `/test_configurations` and `/test-configurations`.
pub(super) fn router() -> Router<App> {
    ["test_configurations", "test-configurations"].into_iter().fold(Router::new(), |router, spelling| {
        router
            .route(&format!("/{spelling}"), get(stored::configurations).post(stored::create_configuration))
            .route(
                &format!("/{spelling}/{{id}}"),
                get(stored::configuration)
                    .put(stored::change_configuration)
                    .delete(stored::delete_configuration),
            )
            .route(&format!("/{spelling}/{{id}}/execute"), post(execute::execute))
    })
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    stored::configurations,
    stored::create_configuration,
    stored::configuration,
    stored::change_configuration,
    stored::delete_configuration,
    execute::execute
))]
pub(super) struct Document;
