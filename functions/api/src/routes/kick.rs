use crate::request::fields::body;
use axum::Json;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Serialize;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::{BULK_LIMIT, Object};
use crate::request::caller::Caller;
use crate::request::options;

/// `/kick`.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/kick", post(wake).layer(DefaultBodyLimit::max(BULK_LIMIT)))
}

/// How many tasks one request may name.
const MOST: usize = 10_000;

body! {
    /// Which tasks to send.
    pub(crate) struct Kick {
        /// Tasks of the caller's organization that were started by SQL alone.
        #[schema(max_items = 10_000)]
        task_ids: Option<Vec<Uuid>>,
    }
}

/// What comes of a kick.
#[derive(Serialize, ToSchema)]
pub(crate) struct Kicked {
    /// When the relay looks for due tasks: `now`, or `every minute` where it comes by itself.
    looks: &'static str,
    /// How many of the named tasks were sent.
    kicked: usize,
}

/// POST /kick: sends tasks that were started by SQL alone, after their commit: `{"task_ids": […]}`, those of them that
/// are due and were not sent; without, the relay looks now, where it does not come every minute.
#[utoipa::path(
    post, path = "/kick", operation_id = "kick_tasks", request_body = Kick, responses((status = 202, description = "Done.", body = Kicked))
)]
pub(crate) async fn wake(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<(StatusCode, Json<Kicked>), Problem> {
    body.only(Kick::FIELDS)?;
    let named = body.read("task_ids", ids)?;
    app.queue.look_now().await.map_err(|_| Problem::not_covered())?;
    let wakes = match named {
        Some(ids) => transact!(app, caller, |tx| Ok(store::kick(tx, &ids).await?))?,
        None => Vec::new(),
    };
    crate::kick::kick(&app.queue, &wakes).await;
    let looks = if app.queue.sleeps() { "now" } else { "every minute" };
    Ok((StatusCode::ACCEPTED, Json(Kicked { looks, kicked: wakes.len() })))
}

fn ids(name: &str, value: Value) -> Result<Vec<Uuid>, Problem> {
    let Value::Array(values) = value else {
        return Err(Problem::invalid(name, "must be a list of task ids"));
    };
    if values.len() > MOST {
        return Err(Problem::invalid(name, format!("must be at most {MOST} task ids")));
    }
    let read = |(place, value)| options::uuid(&format!("{name}[{place}]"), value);
    values.into_iter().enumerate().map(read).collect()
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(wake))]
pub(crate) struct Document;
