use axum::Json;
use axum::Router;
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::App;

/// `/health`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/health", get(health))
}

/// That the API answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// The release of the IANA rules by which schedules are read.
    time_zones: &'static str,
}

/// GET /health: this function answers, and by which rules of time zones it reads schedules. Says nothing of the database, lest
/// its outage be taken for ours.
#[utoipa::path(get, path = "/health", operation_id = "get_health", security(()), responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health { status: "ok", time_zones: store::TIME_ZONES })
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(health))]
pub(super) struct Document;
