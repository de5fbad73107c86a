use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::{TaskFilter, TaskLine};
use task::Status;
use uuid::Uuid;

use super::show::duration_ms;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::options::{moment, uuid};
use crate::request::query::Filters;

const FILTERS: &[&str] =
    &["status", "kind", "created_after", "created_before", "parent_id", "limit", "cursor"];

/// A part of the list.
#[derive(Serialize)]
pub(crate) struct Page {
    tasks: Vec<Line>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct Line {
    task_id: Uuid,
    kind: String,
    status: String,
    attempt: i32,
    created_at: DateTime<Utc>,
    not_before: Option<DateTime<Utc>>,
    claimed_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    duration_ms: Option<i64>,
    parent_id: Option<Uuid>,
    group_id: Option<Uuid>,
}

/// GET /tasks: the caller's tasks, newest first, without arguments and results.
///
/// A page costs the same whatever there is, so it may hold fewer than asked for: only a `next_cursor` of null is the end.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<Json<Page>, Problem> {
    filters.only(FILTERS)?;
    let filter = TaskFilter {
        status: filters.take("status").map(|word| status(&word)).transpose()?,
        kind: filters.kind()?,
        parent_id: filters.read("parent_id", uuid)?,
        created_after: filters.read("created_after", moment)?,
        created_before: filters.read("created_before", moment)?,
        behind: filters.take("cursor").map(|cursor| decoded(&cursor)).transpose()?,
        limit: filters.limit(50, 200)?,
    };
    if filter.created_after.zip(filter.created_before).is_some_and(|(after, before)| after >= before) {
        return Err(Problem::invalid("created_before", "must be later than created_after"));
    }
    let page = transact!(app, caller, |tx| Ok(store::list_tasks(tx, &filter).await?))?;
    let next_cursor = page.next.map(encoded);
    Ok(Json(Page { tasks: page.tasks.into_iter().map(Line::from).collect(), next_cursor }))
}

fn status(word: &str) -> Result<Status, Problem> {
    word.parse().map_err(|_| {
        Problem::invalid("status", "must be PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED")
    })
}

/// The cursor behind the row with this id.
fn encoded(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

/// The id in a cursor.
fn decoded(cursor: &str) -> Result<Uuid, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    bytes
        .and_then(|bytes| Uuid::from_slice(&bytes).ok())
        .ok_or_else(|| Problem::invalid("cursor", "must be the next_cursor of the page before"))
}

impl From<TaskLine> for Line {
    fn from(line: TaskLine) -> Self {
        Self {
            task_id: line.task_id,
            kind: line.kind,
            status: line.status,
            attempt: line.attempt,
            created_at: line.created_at,
            not_before: line.not_before,
            claimed_at: line.claimed_at,
            started_at: line.started_at,
            finished_at: line.finished_at,
            duration_ms: duration_ms(line.started_at, line.finished_at),
            parent_id: line.parent_id,
            group_id: line.group_id,
        }
    }
}
