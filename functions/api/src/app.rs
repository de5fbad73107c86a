use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use queue::Queue;
use store::Store;
use tower_http::catch_panic::CatchPanicLayer;

use crate::identity::Identity;
use crate::problem::Problem;
use crate::{arming, log, routes};

/// How much a request's body may hold, in bytes, where a route does not say otherwise: 256 KiB.
const BODY_LIMIT: usize = 256 * 1024;

/// How much it may hold where many tasks are started at once: 4 MiB.
const BULK_LIMIT: usize = 4 * 1024 * 1024;

/// What every request may use.
#[derive(Debug, Clone)]
pub struct App {
    /// The database, logged in as `tasks_api`.
    pub store: Store,
    /// Where wake-up calls go.
    pub queue: Queue,
    /// What calls endpoints, where a user wants to try one.
    pub endpoints: rhesis::endpoints::Client,
    /// The ways in by signed tokens; API tokens always are one.
    pub identity: Identity,
}

/// All routes. Answers are JSON, errors `application/problem+json`.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .route("/health", get(routes::health))
        .route("/test-configurations/{id}/execute", post(routes::execute))
        .route("/test_configurations/{id}/execute", post(routes::execute))
        .route("/test_runs/{id}/cancel", post(routes::cancel_run))
        .route("/test_runs/{id}/rescore", post(routes::rescore))
        .route("/metrics", get(routes::metrics).post(routes::create_metric))
        .route("/metrics/{id}", get(routes::metric).put(routes::replace_metric).delete(routes::delete_metric))
        .route(
            "/test_sets/{id}/metrics/{metric_id}",
            put(routes::assign_metric).delete(routes::release_metric),
        )
        .route("/models", get(routes::models).post(routes::create_model))
        .route("/models/{id}", get(routes::model).delete(routes::delete_model))
        .route("/endpoints", get(routes::endpoints).post(routes::create_endpoint))
        .route(
            "/endpoints/{id}",
            get(routes::endpoint).put(routes::replace_endpoint).delete(routes::delete_endpoint),
        )
        .route("/endpoints/{id}/invoke", post(routes::invoke))
        .merge(reading())
        .merge(making())
        .route("/tasks", get(routes::list).post(routes::bulk).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route("/tasks/stats", get(routes::stats))
        // One route, because it is one pattern: what is posted to is a kind, all else is to an id.
        .route("/tasks/{id}", get(routes::show).post(routes::start).delete(routes::revoke))
        .route("/tasks/{id}/why", get(routes::why))
        .route("/tasks/{id}/retry", post(routes::retry))
        .route("/groups", post(routes::start_group).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route("/groups/{id}", get(routes::show_group).delete(routes::cancel_group))
        .route("/chains", post(routes::start_chain).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route("/dead-letters", get(routes::dead_letters))
        .route("/dead-letters/redrive", post(routes::redrive))
        .route("/limits", get(routes::limits).put(routes::set_limit).delete(routes::lift_limit))
        .route("/limits/{*key}", put(routes::set_limit).delete(routes::lift_limit))
        .route("/tokens", get(routes::tokens).post(routes::create_token))
        .route("/tokens/{id}", delete(routes::revoke_token))
        .route("/webhooks", get(routes::webhooks).post(routes::create_webhook))
        .route("/webhooks/{id}", delete(routes::delete_webhook))
        .route("/webhooks/{id}/test", post(routes::test_webhook))
        .route("/schedules", get(routes::schedules).post(routes::create_schedule))
        .route("/schedules/{id}", get(routes::schedule).delete(routes::delete_schedule))
        .route("/schedules/{id}/pause", post(routes::pause_schedule))
        .route("/schedules/{id}/resume", post(routes::resume_schedule))
        // Not for the route below: what it sends is a tick itself.
        .route_layer(from_fn_with_state(app.clone(), arming::before_writing))
        .route("/kick", post(routes::wake))
        .with_state(app);
    dressed(routes)
}

/// Test runs and their results.
fn reading() -> Router<App> {
    Router::new()
        .route("/test_runs", get(routes::test_runs))
        .route("/test_runs/{id}", get(routes::test_run).put(routes::rename_run).delete(routes::delete_run))
        .route("/test_runs/{id}/metrics", get(routes::run_metrics))
        .route("/test_runs/{id}/download", get(routes::download))
        .route("/test_results", get(routes::test_results))
        .route("/test_results/{id}", get(routes::test_result))
}

/// What runs are made of: test sets, by hand and by file, and configurations, in both spellings.
fn making() -> Router<App> {
    let mut router = Router::new()
        .route(
            "/test_sets",
            get(routes::test_sets).post(routes::create_test_set).layer(DefaultBodyLimit::max(BULK_LIMIT)),
        )
        .route("/test_sets/stats", get(routes::test_set_stats))
        .route("/test_sets/import", post(routes::import_test_set).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route(
            "/test_sets/{id}",
            get(routes::test_set).put(routes::change_test_set).delete(routes::delete_test_set),
        )
        .route("/test_sets/{id}/tests", get(routes::test_set_tests))
        .route("/test_sets/{id}/execute/{endpoint_id}", post(routes::execute_test_set))
        .route("/imports", post(routes::open_import))
        .route("/imports/{id}", get(routes::import).delete(routes::close_import))
        .route("/imports/{id}/parts/{number}", put(routes::put_part).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route("/imports/{id}/commit", post(routes::commit_import));
    for spelling in ["test_configurations", "test-configurations"] {
        router = router
            .route(&format!("/{spelling}"), get(routes::configurations).post(routes::create_configuration))
            .route(
                &format!("/{spelling}/{{id}}"),
                get(routes::configuration)
                    .put(routes::change_configuration)
                    .delete(routes::delete_configuration),
            );
    }
    router
}

/// What holds for every route, and for those that do not exist.
fn dressed(routes: Router) -> Router {
    routes
        .fallback(|| async { Problem::not_found("There is nothing at this address.") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(log::requests))
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    tracing::error!(panic = text.or(panic.downcast_ref::<&str>().copied()), "panicked");
    Problem::internal().into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_as_a_problem_that_says_nothing_of_it() {
        async fn broken() {
            panic!("the secret");
        }
        let app = dressed(Router::new().route("/broken", get(broken)));
        let answer = app.oneshot(Request::get("/broken").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let body = to_bytes(answer.into_body(), 4096).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["status"], 500);
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }
}
