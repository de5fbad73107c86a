use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::NewBatchOperation;
use task::Status;
use utoipa::ToSchema;
use uuid::Uuid;

use super::stored::Shown;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::document::words;
use crate::kick::kick;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::fields::body;
use crate::request::options::{boolean, kind, moment, rate, text, uuid};
use crate::routes::groups::deadline;

/// What tasks are chosen by.
const FILTER: [&str; 7] =
    ["kind", "status", "fingerprint", "parent_id", "group_id", "created_after", "created_before"];

body! {
    /// What to do to which tasks; one of the filters at least.
    pub(crate) struct NewBatch {
        /// `revoke` ends PENDING, STARTED and RETRY; `retry` begins FAILURE and REVOKED anew.
        #[schema(value_type = Operation)]
        operation: String,
        /// Those of this kind.
        #[schema(value_type = Option<words::TaskKind>)]
        kind: Option<String>,
        /// Those that stand so.
        #[schema(value_type = Option<words::TaskStatus>)]
        status: Option<String>,
        /// Those that failed with this error.
        fingerprint: Option<String>,
        /// Those that this task started.
        parent_id: Option<Uuid>,
        /// Members of this group.
        group_id: Option<Uuid>,
        /// Those that were started at this time or later.
        created_after: Option<DateTime<Utc>>,
        /// Those that were started before this time; at most those that there are.
        created_before: Option<DateTime<Utc>>,
        /// Tasks a second; as fast as it can without it.
        #[schema(minimum = 0.01, maximum = 1000)]
        rate: Option<f64>,
        /// Only count them.
        #[schema(default = true)]
        dry_run: Option<bool>,
    }
}

/// What can be done to many tasks.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase", as = BatchOperationWord)]
#[allow(dead_code, reason = "read as a word")]
pub(crate) enum Operation {
    Revoke,
    Retry,
}

/// How many tasks an operation would be for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Counted {
    /// Always true: nothing was done.
    dry_run: bool,
    /// How many tasks match.
    matched: i32,
}

/// Tasks in one commit.
const PORTION: i32 = 500;

/// POST `/batch_operations`: revokes, or begins anew, all tasks that a filter matches; only counts them, unless `"dry_run": false`.
///
/// The first ten seconds of it are this request's; the relay goes on.
#[utoipa::path(
    post, path = "/batch_operations", operation_id = "begin_batch_operation", request_body = NewBatch,
    responses((status = 200, body = Counted), (status = 202, body = Shown), (status = 409))
)]
pub(crate) async fn begin(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewBatch::FIELDS)?;
    let dry_run = body.read("dry_run", boolean)?.unwrap_or(true);
    let new = read(&mut body)?;
    let until = deadline();
    let begun = transact!(app, caller, |tx| {
        store::begin_batch_operation(tx, &new, dry_run).await?.ok_or_else(|| {
            Problem::conflict("Ten operations are not through yet: wait for one, or stop one.")
        })
    })?;
    let Some(id) = begun.id else {
        return Ok(Json(Counted { dry_run: true, matched: begun.matched }).into_response());
    };
    go_on(&app, caller, id, until).await?;
    let shown = transact!(app, caller, |tx| Ok(store::find_batch_operation(tx, id).await?))?.unwrap_or(begun);
    let location = [(header::LOCATION, format!("/batch_operations/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(Shown::from(shown))).into_response())
}

async fn go_on(app: &App, caller: Caller, id: Uuid, until: Instant) -> Result<(), Problem> {
    while Instant::now() < until {
        let portion =
            transact!(app, caller, |tx| Ok(store::continue_batch_operation(tx, id, PORTION).await?))?;
        let Some(portion) = portion else {
            break;
        };
        kick(&app.queue, &portion.wakes).await;
    }
    Ok(())
}

fn read(body: &mut Object) -> Result<NewBatchOperation, Problem> {
    let operation = body
        .read("operation", operation)?
        .ok_or_else(|| Problem::invalid("operation", "is missing: revoke or retry"))?;
    if !FILTER.iter().any(|name| body.has(name)) {
        return Err(Problem::invalid(
            "kind",
            format!("is missing: choose tasks by one or more of {}", FILTER.join(", ")),
        ));
    }
    let new = NewBatchOperation {
        kind: body.read("kind", kind)?,
        status: body.read("status", text)?,
        fingerprint: body.read("fingerprint", text)?,
        parent_id: body.read("parent_id", uuid)?,
        group_id: body.read("group_id", uuid)?,
        created_after: body.read("created_after", moment)?,
        created_before: body.read("created_before", moment)?,
        rate: body.read("rate", rate)?,
        operation,
    };
    let ended = new.operation == "retry";
    let fits = |status: Status| status.is_final() == ended && status != Status::Success;
    if new.status.as_ref().is_some_and(|word| !word.parse().is_ok_and(fits)) {
        let may = if ended { "FAILURE or REVOKED" } else { "PENDING, STARTED or RETRY" };
        return Err(Problem::invalid("status", format!("must be {may} to {}", new.operation)));
    }
    if !ended && new.fingerprint.is_some() {
        return Err(Problem::invalid(
            "fingerprint",
            "is an error's, which no unfinished task has: leave it out, or retry",
        ));
    }
    if new.created_after.zip(new.created_before).is_some_and(|(after, before)| after >= before) {
        return Err(Problem::invalid("created_before", "must be later than created_after"));
    }
    Ok(new)
}

fn operation(name: &str, value: Value) -> Result<String, Problem> {
    text(name, value)
        .ok()
        .filter(|word| ["revoke", "retry"].contains(&word.as_str()))
        .ok_or_else(|| Problem::invalid(name, "must be revoke or retry"))
}
