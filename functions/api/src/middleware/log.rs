use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::RequestExt as _;
use tracing::Instrument as _;
use tracing::Span;
use tracing::field::{Empty, display};
use uuid::Uuid;

use crate::middleware::trace;

/// Writes one line per request: what was asked, what was answered, how long it took. Never a body or a token.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    // The pattern, not the path: ids belong to fields of their own, and what nobody routed may hold anything.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let request_id = request.lambda_context_ref().map(|context| context.request_id.clone());
    // At the level error, so that it is there for a warning's line too, whatever the level.
    let span = tracing::error_span!("request", request_id, organization_id = Empty, task_id = Empty);
    let sent = sent(&request, route.as_ref());
    let outside = sent.clone();
    async {
        let response = next.run(request).await;
        // Who is routed within says so in the answer.
        let within = response.extensions().get::<MatchedPath>().cloned();
        if let Some(within) = &within {
            outside.record("otel.name", format!("{method} {}", within.as_str()));
            outside.record("http.route", within.as_str());
        }
        let route = within.or(route);
        tracing::info!(
            method = method.as_str(),
            route = route.as_ref().map_or("none", MatchedPath::as_str),
            status = response.status().as_u16(),
            duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
        outside.record("http.response.status_code", response.status().as_u16());
        if response.status().is_server_error() {
            outside.record("otel.status_code", "ERROR");
        }
        response
    }
    .instrument(span)
    .instrument(sent)
    .await
}

/// Notes in the answer to which route a request came.
pub(crate) async fn route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// The span that is sent, as part of the trace that the caller began, if it did.
fn sent(request: &Request, route: Option<&MatchedPath>) -> Span {
    let (method, route) = (request.method().as_str(), route.map_or("none", MatchedPath::as_str));
    let span = tracing::info_span!(
        target: "trace",
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    telemetry::adopt(&span, |name| trace::one(request.headers(), name));
    span
}

/// Names the caller's organization in every line of this request from now on.
pub(crate) fn organization(id: Uuid) {
    Span::current().record("organization_id", display(id));
}

/// Names the task that this request starts in every line of it from now on.
pub(crate) fn task(id: Uuid) {
    Span::current().record("task_id", display(id));
}
