use crate::request::fields::query;
use crate::routes::imports::ImportedTestSet;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rhesis::import::{self, Format, ImportError, StoreError};
use rhesis::test_sets::{NewTestSet, Visibility};

use crate::App;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::{says, unreadable};
use crate::request::caller::Caller;
use crate::request::items::LINES;
use crate::request::options::{title, visibility};
use crate::request::query::Filters;

query! {
    /// The test set that is to be made.
    struct Imported {
        /// What it will be called.
        #[param(min_length = 1, max_length = 255, pattern = r"\S")]
        name: String,
        /// Who will see it.
        #[param(value_type = Option<Visibility>)]
        visibility: Option<String>,
    }
}

/// POST `/test_sets/import?name=…`: makes a test set of a file of at most 4 MiB, JSON lines or CSV: all of it or nothing.
#[utoipa::path(
    post, path = "/test_sets/import", operation_id = "import_test_set", params(Imported),
    request_body(content((String = "text/csv"), (String = "application/x-ndjson")), description = "The file, of at most 4 MiB."),
    responses((status = 201, body = ImportedTestSet, headers(("Location" = String))))
)]
pub(crate) async fn import_test_set(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    filters.only(Imported::FIELDS)?;
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
    let body = ImportedTestSet { test_set_id: id, tests: tests.into() };
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
