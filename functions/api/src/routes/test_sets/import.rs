use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::import::{self, Format, ImportError, StoreError};
use rhesis::test_sets::NewTestSet;
use serde_json::json;

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::{says, unreadable};
use crate::request::caller::Caller;
use crate::request::items::LINES;
use crate::request::options::{title, visibility};
use crate::request::query::Filters;

/// POST `/test_sets/import?name=…`: makes a test set of a file of at most 4 MiB, JSON lines or CSV: all of it or nothing.
pub(crate) async fn import_test_set(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    filters.only(&["name", "visibility"])?;
    let name = filters.read("name", title)?.ok_or_else(|| Problem::invalid("name", "is missing"))?;
    let new = NewTestSet {
        name,
        visibility: filters.read("visibility", visibility)?.unwrap_or_default(),
        user_id: Some(caller.user_id),
        ..NewTestSet::default()
    };
    let format = match (says(&headers, LINES), says(&headers, &["text/csv"])) {
        (true, _) => Format::Jsonl,
        (_, true) => Format::Csv,
        _ => return Err(Problem::no_file_of_tests()),
    };
    let file = body.map_err(no_file)?;
    let (id, tests) = transact!(app, caller, |tx| Ok(import::store(tx, &new, format, &file).await?))?;
    let location = [(header::LOCATION, format!("/test_sets/{id}"))];
    let body = json!({ "test_set_id": id, "tests": tests });
    Ok((StatusCode::CREATED, location, Json(body)).into_response())
}

fn no_file(rejection: BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Problem::too_large_in_all(
                "One request may have 4 MiB: a larger file comes in parts, see POST /imports.",
            )
        }
        other => unreadable(other),
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::File(error) => error.into(),
            StoreError::Database(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let (row, field) = error.first().map_or((None, None), |(row, field)| (Some(row), field));
        let problem = Self::invalid(field.unwrap_or("body"), error.to_string());
        row.map_or(problem.clone(), |row| problem.in_row(row))
    }
}
