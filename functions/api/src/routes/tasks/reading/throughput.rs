use axum::extract::State;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::Serialize;
use store::EndedTasks;
use utoipa::ToSchema;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::fields::query;
use crate::request::query::Filters;

/// How many tasks of a kind ended within a span of time, and how. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = EndedTasks)]
pub(crate) struct Shown {
    /// The kind.
    #[schema(example = "count_test_sets")]
    kind: String,
    /// When the span begins: a minute of an hour, 15 minutes of a day, or two hours of a week.
    since: DateTime<Utc>,
    /// Ends as SUCCESS.
    succeeded: i64,
    /// Ends as FAILURE.
    failed: i64,
    /// Ends as REVOKED.
    revoked: i64,
}

query! {
    /// Which span of time.
    struct Span {
        /// The last hour, day or week; the hour if it is not said.
        #[param(value_type = Option<Window>, inline)]
        window: Option<String>,
    }
}

/// A span of time that ends now.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "read as a word")]
enum Window {
    Hour,
    Day,
    Week,
}

/// GET /tasks/throughput: how the caller's tasks ended over the last `?window=` hour, day or week, oldest first; spans in which
/// none of a kind ended are left out.
#[utoipa::path(
    get, path = "/tasks/throughput", operation_id = "get_task_throughput", params(Span), responses((status = 200, body = [Shown]))
)]
pub(crate) async fn throughput(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(Span::FIELDS)?;
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
