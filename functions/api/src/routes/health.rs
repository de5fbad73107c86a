use axum::Json;
use serde_json::{Value, json};

/// GET /health: this function answers. Says nothing of the database, lest its outage be taken for ours.
pub(crate) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}
