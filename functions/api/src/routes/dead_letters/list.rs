use crate::request::fields::query;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::{DeadLetterPlace, DeadLetters};
use utoipa::ToSchema;

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{Page, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::document::words;
use crate::request::caller::Caller;
use crate::request::query::Filters;

/// Failed tasks with the same error. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadLetters)]
pub(crate) struct Shown {
    /// Their kind.
    #[schema(example = "count_test_sets")]
    kind: String,
    /// What their errors have in common, ids and numbers left out.
    fingerprint: String,
    /// The type of the last error.
    error_type: Option<String>,
    /// The message of the last error.
    message: Option<String>,
    /// How many tasks.
    count: i64,
    /// When the first of them failed.
    first: DateTime<Utc>,
    /// When the last of them failed.
    last: DateTime<Utc>,
}

query! {
    /// Which of them to list.
    struct Filter {
        /// Only those of this kind.
        #[param(value_type = Option<words::TaskKind>)]
        kind: Option<String>,
    }
}

/// GET /dead-letters: the caller's failed tasks by kind and error, those that failed last first; `?kind=` for one kind only.
#[utoipa::path(get, path = "/dead-letters", operation_id = "list_dead_letters", params(Filter, Page), responses((status = 200, body = [Shown])))]
pub(crate) async fn dead_letters(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(&[Filter::FIELDS, Page::FIELDS].concat())?;
    let paging: Paging<DeadLetterPlace> = Paging::read(&mut filters, &caller, "dead-letters")?;
    let kind = filters.kind()?;
    let letters = transact!(app, caller, |tx| {
        Ok(store::dead_letters(tx, kind.as_deref(), paging.behind.as_ref(), paging.ask()).await?)
    })?;
    let letters = letters.into_iter().map(Shown::from).collect();
    Ok(paging
        .page(letters, |one: &Shown| DeadLetterPlace(one.last, one.kind.clone(), one.fingerprint.clone())))
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
