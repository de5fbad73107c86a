use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::BatchOperation;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{Page, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::query::Filters;

/// What somebody does to all tasks that match, and how far it is. Times are UTC in RFC 3339.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchOperation)]
pub(crate) struct Shown {
    /// The operation.
    #[schema(value_type = Uuid)]
    id: Option<Uuid>,
    /// `revoke` or `retry`.
    operation: String,
    /// Who began it.
    user_id: Option<Uuid>,
    /// What the tasks were chosen by.
    filter: Filter,
    /// Tasks a second; null: as fast as it can.
    rate: Option<f64>,
    /// How many tasks there were when it was begun, counted up to 1,000,001.
    matched: i32,
    /// To how many it has been done.
    done: i32,
    /// Those that somebody else was faster with, or whose group does not allow it.
    skipped: i32,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// Who stopped it.
    stopped_by: Option<Uuid>,
    /// When it was stopped.
    stopped_at: Option<DateTime<Utc>>,
    /// When it was through or stopped.
    finished_at: Option<DateTime<Utc>>,
}

/// What tasks were chosen by; null does not matter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchFilter)]
pub(crate) struct Filter {
    /// Those of this kind.
    kind: Option<String>,
    /// Those that stand so.
    status: Option<String>,
    /// Those that failed with this error.
    fingerprint: Option<String>,
    /// Those that this task started.
    parent_id: Option<Uuid>,
    /// Members of this group.
    group_id: Option<Uuid>,
    /// Those that were started at this time or later.
    created_after: Option<DateTime<Utc>>,
    /// Those that were started before this time.
    created_before: DateTime<Utc>,
}

/// GET `/batch_operations`: those of the caller's organization, the newest first; kept for 90 days after their end.
#[utoipa::path(get, path = "/batch_operations", operation_id = "list_batch_operations", params(Page), responses((status = 200, body = [Shown])))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(Page::FIELDS)?;
    let paging: Paging<Uuid> = Paging::read(&mut filters, &caller, "batch_operations")?;
    let found = transact!(app, caller, |tx| {
        Ok(store::list_batch_operations(tx, paging.behind, paging.ask()).await?)
    })?;
    let shown: Vec<Shown> = found.into_iter().map(Shown::from).collect();
    Ok(paging.page(shown, |last| last.id.unwrap_or_default()))
}

/// GET `/batch_operations/{id}`: how far one is, and who began it.
#[utoipa::path(get, path = "/batch_operations/{id}", operation_id = "get_batch_operation", responses((status = 200, body = Shown)))]
pub(crate) async fn show(State(app): State<App>, caller: Caller, Id(id): Id) -> Result<Json<Shown>, Problem> {
    let found = transact!(app, caller, |tx| Ok(store::find_batch_operation(tx, id).await?))?;
    Ok(Json(found.ok_or_else(no_such_operation)?.into()))
}

/// DELETE `/batch_operations/{id}`: stops it; what is done stays done.
#[utoipa::path(delete, path = "/batch_operations/{id}", operation_id = "stop_batch_operation", responses((status = 200, body = Shown), (status = 409)))]
pub(crate) async fn stop(State(app): State<App>, caller: Caller, Id(id): Id) -> Result<Json<Shown>, Problem> {
    let stopped = transact!(app, caller, |tx| {
        let stopped = store::stop_batch_operation(tx, id).await?;
        let found = store::find_batch_operation(tx, id).await?.ok_or_else(no_such_operation)?;
        if stopped { Ok(found) } else { Err(Problem::conflict("It is through already, or was stopped.")) }
    })?;
    Ok(Json(stopped.into()))
}

fn no_such_operation() -> Problem {
    Problem::not_found("There is no batch operation with this id.")
}

impl From<BatchOperation> for Shown {
    fn from(of: BatchOperation) -> Self {
        let filter = Filter {
            kind: of.kind,
            status: of.status,
            fingerprint: of.fingerprint,
            parent_id: of.parent_id,
            group_id: of.group_id,
            created_after: of.created_after,
            created_before: of.created_before,
        };
        Self {
            id: of.id,
            operation: of.operation,
            user_id: of.user_id,
            filter,
            rate: of.rate,
            matched: of.matched,
            done: of.done,
            skipped: of.skipped,
            created_at: of.created_at,
            stopped_by: of.stopped_by,
            stopped_at: of.stopped_at,
            finished_at: of.finished_at,
        }
    }
}
