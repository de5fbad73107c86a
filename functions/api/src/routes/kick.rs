use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};

use crate::App;
use crate::answer::problem::Problem;
use crate::request::caller::Caller;

/// `/kick`.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/kick", post(wake))
}

/// POST /kick: tells the relay to look for due tasks now, after the commit of a task that was started by SQL alone.
///
/// 202 and `{"looks": "now"}`; `{"looks": "every minute"}` where the relay comes by itself.
pub(crate) async fn wake(State(app): State<App>, _: Caller) -> Result<(StatusCode, Json<Value>), Problem> {
    app.queue.look_now().await.map_err(|_| Problem::not_covered())?;
    let looks = if app.queue.sleeps() { "now" } else { "every minute" };
    Ok((StatusCode::ACCEPTED, Json(json!({ "looks": looks }))))
}
