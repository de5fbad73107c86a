use crate::request::fields::body;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::DeadLetterFilter;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::document::words;
use crate::kick::kick;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::options::{boolean, integer, kind, moment, rate, text};

body! {
    /// Which failed tasks to begin anew; a `kind` or a `fingerprint` at least.
    pub(crate) struct Redrive {
        /// Those of this kind.
        #[schema(value_type = Option<words::TaskKind>)]
        kind: Option<String>,
        /// Those with this error.
        fingerprint: Option<String>,
        /// Those that were started at this time or later.
        created_after: Option<DateTime<Utc>>,
        /// Those that were started before this time.
        created_before: Option<DateTime<Utc>>,
        /// How many at most; those that failed first are first.
        #[schema(minimum = 1, maximum = 1000, default = 100)]
        limit: Option<u16>,
        /// Tasks per second; all at once without it.
        #[schema(minimum = 0.01, maximum = 1000)]
        rate: Option<f64>,
        /// Only tell which.
        #[schema(default = true)]
        dry_run: Option<bool>,
    }
}

/// The tasks that were begun anew, or would be.
#[derive(Serialize, ToSchema)]
pub(crate) struct Redriven {
    /// Whether nothing was done.
    dry_run: bool,
    /// How many they are.
    count: usize,
    /// The tasks.
    task_ids: Vec<Uuid>,
}

/// POST /dead-letters/redrive: begins failed tasks anew, in one commit; only tells which, unless `"dry_run": false`.
#[utoipa::path(post, path = "/dead-letters/redrive", operation_id = "redrive_dead_letters", request_body = Redrive, responses((status = 200, body = Redriven)))]
pub(crate) async fn redrive(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Json<Redriven>, Problem> {
    body.only(Redrive::FIELDS)?;
    let filter = filter(&mut body)?;
    // Without a rate all of them at once.
    let gap = body.read("rate", rate)?.map_or(0.0, |rate| 1.0 / rate);
    let dry_run = body.read("dry_run", boolean)?.unwrap_or(true);
    let redriven = transact!(app, caller, |tx| {
        let ids = store::select_dead_letters(tx, &filter).await?;
        if dry_run {
            return Ok(store::Redriven { ids, ..store::Redriven::default() });
        }
        Ok(store::redrive(tx, &ids, gap).await?)
    })?;
    kick(&app.queue, &redriven.wakes).await;
    Ok(Json(Redriven { dry_run, count: redriven.ids.len(), task_ids: redriven.ids }))
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
    integer(&value)
        .and_then(|limit| u16::try_from(limit).ok())
        .filter(|limit| (1..=1000).contains(limit))
        .ok_or_else(|| Problem::invalid(name, "must be a whole number from 1 to 1000"))
}
