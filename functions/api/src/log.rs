use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::RequestExt as _;
use tracing::Instrument as _;
use tracing::Span;
use tracing::field::{Empty, display};
use uuid::Uuid;

/// Writes one line per request: what was asked, what was answered, how long it took. Never a body or a token.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    // The pattern, not the path: ids belong to fields of their own, and what nobody routed may hold anything.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let request_id = request.lambda_context_ref().map(|context| context.request_id.clone());
    // At the level error, so that it is there for a warning's line too, whatever the level.
    let span = tracing::error_span!("request", request_id, organization_id = Empty, task_id = Empty);
    async {
        let response = next.run(request).await;
        tracing::info!(
            method = method.as_str(),
            route = route.as_ref().map_or("none", MatchedPath::as_str),
            status = response.status().as_u16(),
            duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
        response
    }
    .instrument(span)
    .await
}

/// Names the caller's organization in every line of this request from now on.
pub(crate) fn organization(id: Uuid) {
    Span::current().record("organization_id", display(id));
}

/// Names the task that this request starts in every line of it from now on.
pub(crate) fn task(id: Uuid) {
    Span::current().record("task_id", display(id));
}
