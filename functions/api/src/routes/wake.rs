use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::App;
use crate::caller::Caller;
use crate::problem::Problem;

/// POST /kick: tells the relay to look for due tasks now, after the commit of a task that was started by SQL alone.
///
/// 202 and `{"looks": "now"}`; `{"looks": "every minute"}` where the relay comes by itself.
pub(crate) async fn wake(State(app): State<App>, _: Caller) -> Result<(StatusCode, Json<Value>), Problem> {
    app.queue.look_now().await.map_err(|_| Problem::not_covered())?;
    let looks = if app.queue.sleeps() { "now" } else { "every minute" };
    Ok((StatusCode::ACCEPTED, Json(json!({ "looks": looks }))))
}
