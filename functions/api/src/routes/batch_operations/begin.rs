use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use store::NewBatchOperation;
use task::Status;
use uuid::Uuid;

use super::stored::Shown;
use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::options::{boolean, kind, moment, rate, text, uuid};
use crate::routes::groups::deadline;

/// What tasks are chosen by.
const FILTER: [&str; 7] =
    ["kind", "status", "fingerprint", "parent_id", "group_id", "created_after", "created_before"];

const OPTIONS: [&str; 10] = [
    "operation",
    "kind",
    "status",
    "fingerprint",
    "parent_id",
    "group_id",
    "created_after",
    "created_before",
    "rate",
    "dry_run",
];

/// Tasks in one commit.
const PORTION: i32 = 500;

/// `POST /batch_operations`: revokes, or begins anew, all tasks that a filter matches; only counts them, unless `"dry_run": false`.
///
/// The first ten seconds of it are this request's; the relay goes on.
pub(crate) async fn begin(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(&OPTIONS)?;
    let dry_run = body.read("dry_run", boolean)?.unwrap_or(true);
    let new = read(&mut body)?;
    let until = deadline();
    let begun = transact!(app, caller, |tx| {
        store::begin_batch_operation(tx, &new, dry_run).await?.ok_or_else(|| {
            Problem::conflict("Ten operations are not through yet: wait for one, or stop one.")
        })
    })?;
    let Some(id) = begun.id else {
        return Ok(Json(json!({ "dry_run": true, "matched": begun.matched })).into_response());
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
