use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::DeadLetters;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::caller::Caller;
use crate::request::query::Filters;

/// Failed tasks with the same error. Times are UTC in RFC 3339.
#[derive(Serialize)]
pub(crate) struct Shown {
    kind: String,
    fingerprint: String,
    error_type: Option<String>,
    message: Option<String>,
    count: i64,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

/// GET /dead-letters: the caller's failed tasks by kind and error; `?kind=` for one kind only.
pub(crate) async fn dead_letters(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(&["kind"])?;
    let kind = filters.kind()?;
    let letters = transact!(app, caller, |tx| Ok(store::dead_letters(tx, kind.as_deref()).await?))?;
    Ok(List::whole(letters))
}

impl From<DeadLetters> for Shown {
    fn from(letters: DeadLetters) -> Self {
        Self {
            kind: letters.kind,
            fingerprint: letters.fingerprint,
            error_type: letters.error_type,
            message: letters.message,
            count: letters.count,
            first: letters.first,
            last: letters.last,
        }
    }
}
