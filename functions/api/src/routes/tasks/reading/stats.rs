use axum::extract::State;
use serde::Serialize;
use store::KindStats;
use utoipa::ToSchema;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;

/// What is to be done of one kind.
#[derive(Serialize, ToSchema)]
#[schema(as = KindStats)]
pub(crate) struct Shown {
    /// The kind.
    #[schema(example = "count_test_sets")]
    kind: String,
    /// Tasks that are PENDING.
    waiting: i64,
    /// Tasks that are STARTED.
    running: i64,
    /// Tasks that are in RETRY.
    retrying: i64,
    /// Tasks that failed within a day.
    failed_last_24h: i64,
    /// Failed tasks that nobody has begun anew.
    dead_letters: i64,
    /// Of how many causes those failed.
    causes: i64,
    /// How long the oldest task that could begin has been waiting; null if there is none.
    oldest_due_seconds: Option<f64>,
    /// Whether there are more unfinished tasks than were counted.
    at_least: bool,
}

/// GET /tasks/stats: what the caller's organization has to be done, for every kind.
#[utoipa::path(get, path = "/tasks/stats", operation_id = "get_task_stats", responses((status = 200, body = [Shown])))]
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
            dead_letters: stats.dead_letters,
            causes: stats.causes,
            oldest_due_seconds: stats.oldest_due_seconds,
            at_least: stats.at_least,
        }
    }
}
