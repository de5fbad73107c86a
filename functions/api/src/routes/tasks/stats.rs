use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};
use store::KindStats;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;

#[derive(Serialize)]
struct Shown {
    kind: String,
    waiting: i64,
    running: i64,
    retrying: i64,
    failed_last_24h: i64,
    oldest_due_seconds: Option<f64>,
}

/// GET /tasks/stats: what the caller's organization has to be done, for every kind.
pub(crate) async fn stats(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    let stats = transact!(app, caller, |tx| Ok(store::stats(tx).await?))?;
    let kinds: Vec<Shown> = stats.into_iter().map(Shown::from).collect();
    Ok(Json(json!({ "kinds": kinds })))
}

impl From<KindStats> for Shown {
    fn from(stats: KindStats) -> Self {
        Self {
            kind: stats.kind,
            waiting: stats.waiting,
            running: stats.running,
            retrying: stats.retrying,
            failed_last_24h: stats.failed_last_24h,
            oldest_due_seconds: stats.oldest_due_seconds,
        }
    }
}
