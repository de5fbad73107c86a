use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use store::{DeadLetterFilter, Redriven};

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::kick::kick;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::options::{boolean, kind, moment, rate, text};

const OPTIONS: &[&str] =
    &["kind", "fingerprint", "created_after", "created_before", "limit", "rate", "dry_run"];

/// POST /dead-letters/redrive: begins failed tasks anew, in one commit; only tells which, unless `"dry_run": false`.
pub(crate) async fn redrive(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Json<Value>, Problem> {
    body.only(OPTIONS)?;
    let filter = filter(&mut body)?;
    // Without a rate all of them at once.
    let gap = body.read("rate", rate)?.map_or(0.0, |rate| 1.0 / rate);
    let dry_run = body.read("dry_run", boolean)?.unwrap_or(true);
    let redriven = transact!(app, caller, |tx| {
        let ids = store::select_dead_letters(tx, &filter).await?;
        if dry_run {
            return Ok(Redriven { ids, ..Redriven::default() });
        }
        Ok(store::redrive(tx, &ids, gap).await?)
    })?;
    kick(&app.queue, &redriven.wakes).await;
    Ok(Json(json!({ "dry_run": dry_run, "count": redriven.ids.len(), "task_ids": redriven.ids })))
}

fn filter(body: &mut Object) -> Result<DeadLetterFilter, Problem> {
    let filter = DeadLetterFilter {
        kind: body.read("kind", kind)?,
        fingerprint: body.read("fingerprint", text)?,
        created_after: body.read("created_after", moment)?,
        created_before: body.read("created_before", moment)?,
        limit: body.read("limit", limit)?.unwrap_or(100),
    };
    if filter.kind.is_none() && filter.fingerprint.is_none() {
        return Err(Problem::invalid("kind", "is missing: there must be a kind or a fingerprint"));
    }
    if filter.created_after.zip(filter.created_before).is_some_and(|(after, before)| after >= before) {
        return Err(Problem::invalid("created_before", "must be later than created_after"));
    }
    Ok(filter)
}

fn limit(name: &str, value: Value) -> Result<u16, Problem> {
    value
        .as_u64()
        .and_then(|limit| u16::try_from(limit).ok())
        .filter(|limit| (1..=1000).contains(limit))
        .ok_or_else(|| Problem::invalid(name, "must be a whole number from 1 to 1000"))
}
