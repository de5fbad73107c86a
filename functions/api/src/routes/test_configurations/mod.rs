//! Test configurations, in both spellings, and their execution.

mod execute;
mod stored;

use axum::Router;
use axum::routing::{get, post};

use crate::App;

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
