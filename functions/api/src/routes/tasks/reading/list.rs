use std::collections::HashMap;

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::{TaskFilter, TaskLine, TaskPlace};
use task::Status;
use utoipa::ToSchema;
use uuid::Uuid;

use super::reason::reason;
use super::show::duration_ms;
use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{Page, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::document::words;
use crate::request::caller::Caller;
use crate::request::fields::query;
use crate::request::options::{moment, uuid};
use crate::request::query::Filters;

query! {
    /// Which tasks to list.
    struct Filter {
        /// Only those that stand so.
        #[param(value_type = Option<words::TaskStatus>)]
        status: Option<String>,
        /// Only those of this kind.
        #[param(value_type = Option<words::TaskKind>)]
        kind: Option<String>,
        /// Only those that were started at this time or later.
        created_after: Option<DateTime<Utc>>,
        /// Only those that were started before this time.
        created_before: Option<DateTime<Utc>>,
        /// Only those that belong to this task.
        parent_id: Option<Uuid>,
        /// Only members and callback of this group.
        group_id: Option<Uuid>,
        /// Only those that failed of this cause, as the dead letters have it, those that failed last first; needs `kind`.
        #[param(example = "0c5f3a9d1e7b2468")]
        fingerprint: Option<String>,
    }
}

/// A task as the list shows it. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = TaskLine)]
pub(crate) struct Line {
    /// The task.
    task_id: Uuid,
    /// Its kind.
    #[schema(example = "count_test_sets")]
    kind: String,
    /// Where it stands.
    #[schema(value_type = words::TaskStatus)]
    status: String,
    /// Of an unfinished task, as `/tasks/{id}/why` says it.
    #[schema(example = "message")]
    waiting_for: Option<&'static str>,
    /// The attempt that runs, or is next, or was the last.
    attempt: i32,
    /// When it was started.
    created_at: DateTime<Utc>,
    /// While it waits: when the next attempt may begin.
    not_before: Option<DateTime<Utc>>,
    /// When the attempt that runs was claimed.
    claimed_at: Option<DateTime<Utc>>,
    /// When the attempt began that runs, or was the last.
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// From `started_at` to `finished_at`, in milliseconds.
    duration_ms: Option<i64>,
    /// The task that it belongs to.
    parent_id: Option<Uuid>,
    /// The group that it was started in.
    group_id: Option<Uuid>,
}

/// GET /tasks: the caller's tasks, newest first, without arguments and results.
///
/// A page costs the same whatever there is, so it may hold fewer than asked for: only one without a `Link` is the end.
#[utoipa::path(
    get, path = "/tasks", operation_id = "list_tasks", params(Filter, Page), responses((status = 200, body = [Line]))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Line>, Problem> {
    filters.only(&[Filter::FIELDS, Page::FIELDS].concat())?;
    let paging: Paging<TaskPlace> = Paging::read(&mut filters, &caller, "tasks")?;
    let filter = TaskFilter {
        status: filters.take("status").map(|word| status(&word)).transpose()?,
        kind: filters.kind()?,
        parent_id: filters.read("parent_id", uuid)?,
        group_id: filters.read("group_id", uuid)?,
        created_after: filters.read("created_after", moment)?,
        created_before: filters.read("created_before", moment)?,
        fingerprint: filters.take("fingerprint"),
        behind: paging.behind,
        limit: paging.limit(),
    };
    if filter.fingerprint.is_some() && filter.kind.is_none() {
        return Err(Problem::invalid("kind", "is missing: a fingerprint is one of a kind"));
    }
    let of_a_cause = filter.behind.is_some_and(|place| matches!(place, TaskPlace::Failed(..)));
    if filter.behind.is_some() && of_a_cause != filter.fingerprint.is_some() {
        return Err(Problem::invalid("cursor", "is that of another list"));
    }
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
