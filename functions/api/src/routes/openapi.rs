use axum::Router;
use axum::http::{HeaderName, header};
use axum::routing::get;
use utoipa::OpenApi;

use crate::App;

/// The document of this API, as it is committed.
const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");

/// `/openapi.json`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/openapi.json", get(openapi))
}

/// GET /openapi.json: this document.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "get_openapi", security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value))
)]
pub(crate) async fn openapi() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}

/// Its part of the document.
#[derive(OpenApi)]
#[openapi(paths(openapi))]
pub(super) struct Document;
