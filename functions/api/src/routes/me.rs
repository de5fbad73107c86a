use axum::Json;
use axum::Router;
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::App;
use crate::request::caller::Caller;

/// `/me`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/me", get(me))
}

/// Who asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// The user.
    user_id: Uuid,
    /// Their organization.
    organization_id: Uuid,
}

/// GET /me: whom the token speaks for.
#[utoipa::path(get, path = "/me", operation_id = "get_me", responses((status = 200, body = Me)))]
pub(crate) async fn me(caller: Caller) -> Json<Me> {
    Json(Me { user_id: caller.user_id, organization_id: caller.organization_id })
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(me))]
pub(super) struct Document;
