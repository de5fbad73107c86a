use axum::Json;
use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};

use crate::App;
/// `/health`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/health", get(health))
}

/// GET /health: this function answers, and by which rules of time zones it reads schedules. Says nothing of the database, lest
/// its outage be taken for ours.
pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "time_zones": store::TIME_ZONES }))
}
