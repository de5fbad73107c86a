use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;

/// `/relay`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/relay", get(relay))
}

/// When the relay came by.
#[derive(Serialize, ToSchema)]
pub(crate) struct Relay {
    /// The begin of its last sweep, UTC in RFC 3339; null before the first.
    swept_at: Option<DateTime<Utc>>,
}

/// GET /relay: when the relay swept last, which repeats what was lost. It comes at least once a minute while anything is due.
#[utoipa::path(get, path = "/relay", operation_id = "get_relay", responses((status = 200, body = Relay)))]
pub(crate) async fn relay(State(app): State<App>, caller: Caller) -> Result<Json<Relay>, Problem> {
    let swept_at = transact!(app, caller, |tx| Ok(store::swept_at(tx).await?))?;
    Ok(Json(Relay { swept_at }))
}

/// Its part of the document.
#[derive(OpenApi)]
#[openapi(paths(relay))]
pub(super) struct Document;
