use axum::Json;
use axum::Router;
use axum::routing::get;
use serde::Serialize;
use uuid::Uuid;

use crate::App;
use crate::request::caller::Caller;

/// `/me`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/me", get(me))
}

/// Who asks.
#[derive(Serialize)]
pub(crate) struct Me {
    user_id: Uuid,
    organization_id: Uuid,
}

/// GET /me: whom the token speaks for.
pub(crate) async fn me(caller: Caller) -> Json<Me> {
    Json(Me { user_id: caller.user_id, organization_id: caller.organization_id })
}
