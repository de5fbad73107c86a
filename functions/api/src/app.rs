use std::any::Any;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use queue::Queue;
use rhesis::long_calls::Bounds;
use store::Store;
use tower_http::catch_panic::CatchPanicLayer;

use crate::answer::problem::Problem;
use crate::console::Pages;
use crate::identity::Identity;
use crate::middleware::event::TOO_LONG;
use crate::middleware::log;
use crate::middleware::{arming, deadline};
use crate::routes;
use crate::sdk;

/// How much a request's body may hold, in bytes, where a route does not say otherwise: 256 KiB.
const BODY_LIMIT: usize = 256 * 1024;

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
    /// How many requests may hold an instance for seconds.
    pub long_calls: Bounds,
}

/// All routes. Answers are JSON, errors `application/problem+json`.
pub fn router(app: App) -> Router {
    let pages = Pages::of(app.clone());
    dressed(json(app).fallback(async move |request: Request| match request.uri().path() {
        TOO_LONG => Problem::address_too_long().into_response(),
        path if Pages::have(path) => pages.answer(request).await,
        _ => Problem::not_found("There is nothing at this address.").into_response(),
    }))
}

/// The routes that answer JSON.
pub(crate) fn json(app: App) -> Router {
    routes::router()
        // Not for the route behind it: what `kick` sends is a tick itself.
        .route_layer(from_fn_with_state(app.clone(), arming::before_writing))
        .merge(routes::kick())
        .layer(from_fn(sdk::answers))
        .layer(from_fn(deadline::answered))
        .with_state(app)
}

/// What holds for every route, and for those that do not exist.
fn dressed(routes: Router) -> Router {
    routes
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response(private))
        .layer(from_fn(log::requests))
}

/// What an answer says to caches and browsers: nobody keeps it, nobody guesses what it is.
async fn private(mut answer: Response) -> Response {
    // But for the console's own stylesheet and script, which say so themselves.
    answer.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
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
    use axum::routing::get;
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
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let body = to_bytes(answer.into_body(), 4096).await.unwrap();
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["status"], 500);
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }
}
