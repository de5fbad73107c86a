use axum::extract::State;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::Serialize;
use store::EndedTasks;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::query::Filters;

/// How many tasks of a kind ended within a span of time, and how. Times are UTC in RFC 3339.
#[derive(Serialize)]
pub(crate) struct Shown {
    kind: String,
    /// When the span begins: a minute of an hour, 15 minutes of a day, or two hours of a week.
    since: DateTime<Utc>,
    succeeded: i64,
    failed: i64,
    revoked: i64,
}

/// GET /tasks/throughput: how the caller's tasks ended over the last `?window=` hour, day or week, oldest first; spans in which
/// none of a kind ended are left out.
pub(crate) async fn throughput(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(&["window"])?;
    let window = filters.take("window");
    let (length, step) = match window.as_deref() {
        None | Some("hour") => (TimeDelta::hours(1), TimeDelta::minutes(1)),
        Some("day") => (TimeDelta::days(1), TimeDelta::minutes(15)),
        Some("week") => (TimeDelta::days(7), TimeDelta::hours(2)),
        Some(_) => return Err(Problem::invalid("window", "must be hour, day or week")),
    };
    let now = Utc::now();
    // The span that runs is the last one.
    let since = now.duration_trunc(step).unwrap_or(now) + step - length;
    let ended = transact!(app, caller, |tx| Ok(store::ended_tasks(tx, since, step).await?))?;
    Ok(List::whole(ended))
}

impl From<EndedTasks> for Shown {
    fn from(ended: EndedTasks) -> Self {
        let EndedTasks { kind, since, succeeded, failed, revoked } = ended;
        Self { kind, since, succeeded, failed, revoked }
    }
}
