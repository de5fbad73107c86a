use axum::extract::State;
use serde::Serialize;
use store::KindStats;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;

/// What is to be done of one kind.
#[derive(Serialize)]
pub(crate) struct Shown {
    kind: String,
    waiting: i64,
    running: i64,
    retrying: i64,
    failed_last_24h: i64,
    oldest_due_seconds: Option<f64>,
    /// Whether there are more unfinished tasks than were counted.
    at_least: bool,
}

/// GET /tasks/stats: what the caller's organization has to be done, for every kind.
pub(crate) async fn stats(State(app): State<App>, caller: Caller) -> Result<List<Shown>, Problem> {
    let stats = transact!(app, caller, |tx| Ok(store::stats(tx).await?))?;
    Ok(List::whole(stats))
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
            at_least: stats.at_least,
        }
    }
}
