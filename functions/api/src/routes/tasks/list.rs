use std::collections::HashMap;

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::{TaskFilter, TaskLine};
use task::Status;
use uuid::Uuid;

use super::reason::reason;
use super::show::duration_ms;
use crate::App;
use crate::answer::list::List;
use crate::answer::paging::Paging;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::options::{moment, uuid};
use crate::request::query::Filters;

const FILTERS: &[&str] =
    &["status", "kind", "created_after", "created_before", "parent_id", "group_id", "limit", "cursor"];

/// A task as the list shows it. Times are UTC in RFC 3339.
#[derive(Serialize)]
pub(crate) struct Line {
    task_id: Uuid,
    kind: String,
    status: String,
    /// Of an unfinished task, as `/tasks/{id}/why` says it.
    waiting_for: Option<&'static str>,
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
/// A page costs the same whatever there is, so it may hold fewer than asked for: only one without a `Link` is the end.
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Line>, Problem> {
    filters.only(FILTERS)?;
    let paging: Paging<Uuid> = Paging::read(&mut filters)?;
    let filter = TaskFilter {
        status: filters.take("status").map(|word| status(&word)).transpose()?,
        kind: filters.kind()?,
        parent_id: filters.read("parent_id", uuid)?,
        group_id: filters.read("group_id", uuid)?,
        created_after: filters.read("created_after", moment)?,
        created_before: filters.read("created_before", moment)?,
        behind: paging.behind,
        limit: paging.limit(),
    };
    if filter.created_after.zip(filter.created_before).is_some_and(|(after, before)| after >= before) {
        return Err(Problem::invalid("created_before", "must be later than created_after"));
    }
    let (page, reasons) = transact!(app, caller, |tx| {
        let page = store::list_tasks(tx, &filter).await?;
        let unfinished: Vec<Uuid> =
            page.tasks.iter().filter(|line| line.finished_at.is_none()).map(|line| line.task_id).collect();
        let reasons =
            if unfinished.is_empty() { Vec::new() } else { store::why_each(tx, &unfinished).await? };
        Ok((page, reasons))
    })?;
    let reasons: HashMap<Uuid, &str> =
        reasons.iter().map(|why| (why.task_id, reason(why).waiting_for)).collect();
    let lines = page.tasks.into_iter().map(|line| Line {
        waiting_for: reasons.get(&line.task_id).copied().filter(|_| line.finished_at.is_none()),
        ..Line::from(line)
    });
    Ok(paging.page_before(lines.collect(), page.next))
}

fn status(word: &str) -> Result<Status, Problem> {
    word.parse().map_err(|_| {
        Problem::invalid("status", "must be PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED")
    })
}

impl From<TaskLine> for Line {
    fn from(line: TaskLine) -> Self {
        Self {
            task_id: line.task_id,
            kind: line.kind,
            status: line.status,
            waiting_for: None,
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
