use crate::request::body::BULK_LIMIT;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use rhesis::import::Format;
use rhesis::imports::{self, CommitError, Import, MOST_PARTS, NewImport, OpenError, PutError};
use rhesis::test_sets::Visibility;
use serde::Serialize;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::{NoFields, Object, unreadable};
use crate::request::caller::Caller;
use crate::request::fields::body;
use crate::request::id::Id;
use crate::request::options::{integer, title, visibility};
use crate::request::query::Filters;

/// `/imports`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/imports", get(imports).post(open_import))
        .route("/imports/{id}", get(import).delete(close_import))
        .route("/imports/{id}/parts/{number}", put(put_part).layer(DefaultBodyLimit::max(BULK_LIMIT)))
        .route("/imports/{id}/commit", post(commit_import))
}

body! {
    /// A file that is to come in parts.
    #[schema(as = NewImport)]
    pub(crate) struct NewImportOfParts {
        /// What the test set will be called.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: String,
        /// How the file is written.
        #[schema(value_type = Format)]
        format: String,
        /// Of how many parts it is, if that is known.
        #[schema(minimum = 1, maximum = 1000)]
        parts: Option<i32>,
        /// Who will see the test set.
        #[schema(value_type = Option<Visibility>)]
        visibility: Option<String>,
    }
}

/// A part that is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptPart {
    /// The import.
    import_id: Uuid,
    /// The part's number.
    number: i32,
    /// How many bytes it has.
    bytes: usize,
}

/// A test set that was made of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportedTestSet {
    /// The test set.
    pub(crate) test_set_id: Uuid,
    /// How many tests it has.
    pub(crate) tests: i64,
}

/// POST `/imports`: opens an import for a file that comes in parts: `{"name": …, "format": "csv", "parts": 12}`.
#[utoipa::path(
    post, path = "/imports", operation_id = "open_import", request_body = NewImportOfParts,
    responses(
        (status = 201, body = Import, headers(("Location" = String))),
        (status = 409, description = "There are too many unfinished imports."),
    )
)]
pub(crate) async fn open_import(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewImportOfParts::FIELDS)?;
    let missing = |name: &'static str| move || Problem::invalid(name, "is missing");
    let new = NewImport {
        name: body.read("name", title)?.ok_or_else(missing("name"))?,
        format: body.read("format", format)?.ok_or_else(missing("format"))?,
        visibility: body.read("visibility", visibility)?.unwrap_or_default(),
        parts: body.read("parts", parts)?,
        user_id: Some(caller.user_id),
    };
    let import = transact!(app, caller, |tx| {
        let id = imports::open(tx, &new).await?;
        imports::find(tx, id).await?.ok_or_else(no_such_import)
    })?;
    let location = [(header::LOCATION, format!("/imports/{}", import.import_id))];
    Ok((StatusCode::CREATED, location, Json(import)).into_response())
}

/// GET `/imports`: the caller's own, newest first unless it is said otherwise; unfinished ones until they expire.
#[utoipa::path(get, path = "/imports", operation_id = "list_imports", params(SortedPage), responses((status = 200, body = [Import])))]
pub(crate) async fn imports(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Import>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &imports::LIST, &caller.user_id.to_string())?;
    let found = transact!(app, caller, |tx| Ok(imports::list(tx, caller.user_id, &sorted.query).await?))?;
    sorted.page(found)
}

/// GET `/imports/{id}`: which parts have come, and what became of it.
#[utoipa::path(get, path = "/imports/{id}", operation_id = "get_import", responses((status = 200, body = Import)))]
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Import>, Problem> {
    let import = transact!(app, caller, |tx| Ok(imports::find(tx, id).await?))?;
    import.map(Json).ok_or_else(no_such_import)
}

/// PUT `/imports/{id}/parts/{number}`: keeps a part, whatever its content type; one under the same number is replaced.
#[utoipa::path(
    put, path = "/imports/{id}/parts/{number}", operation_id = "put_import_part",
    params(("number" = i32, Path, description = "The part's number, from 1.", minimum = 1, maximum = 1000)),
    request_body(content = String, content_type = "application/octet-stream", description = "The part, of at most 4 MiB, whatever its content type."),
    responses((status = 200, body = KeptPart), (status = 409, description = "The import is committed."))
)]
pub(crate) async fn put_part(
    State(app): State<App>,
    caller: Caller,
    path: Result<Path<(String, String)>, PathRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<KeptPart>, Problem> {
    let (id, number) = path.map(|path| path.0).unwrap_or_default();
    let id = Uuid::parse_str(&id).map_err(|_| Problem::invalid("id", "must be a UUID"))?;
    let bad_number = || Problem::invalid("number", format!("must be a whole number from 1 to {MOST_PARTS}"));
    let number: i32 = number.parse().map_err(|_| bad_number())?;
    let content = body.map_err(unreadable)?;
    if content.is_empty() {
        return Err(Problem::invalid("body", "is empty"));
    }
    transact!(app, caller, |tx| Ok(imports::put(tx, id, number, &content).await?))?;
    Ok(Json(KeptPart { import_id: id, number, bytes: content.len() }))
}

/// POST `/imports/{id}/commit`: makes a test set of the parts; 201, and 200 if an earlier commit did.
#[utoipa::path(
    post, path = "/imports/{id}/commit", operation_id = "commit_import", request_body = NoFields,
    responses(
        (status = 201, description = "The test set was made.", body = ImportedTestSet, headers(("Location" = String))),
        (status = 200, description = "An earlier commit had made it.", body = ImportedTestSet, headers(("Location" = String))),
    )
)]
pub(crate) async fn commit_import(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    body: Object,
) -> Result<Response, Problem> {
    body.only(NoFields::FIELDS)?;
    let done = transact!(app, caller, |tx| Ok(imports::commit(tx, id).await?))?;
    let code = if done.now { StatusCode::CREATED } else { StatusCode::OK };
    let location = [(header::LOCATION, format!("/test_sets/{}", done.test_set_id))];
    let body = ImportedTestSet { test_set_id: done.test_set_id, tests: done.tests.into() };
    Ok((code, location, Json(body)).into_response())
}

/// DELETE `/imports/{id}`: forgets an import and its parts; a test set that it became stays.
#[utoipa::path(delete, path = "/imports/{id}", operation_id = "delete_import", responses((status = 204)))]
pub(crate) async fn close_import(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    match transact!(app, caller, |tx| Ok(imports::close(tx, id).await?))? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(no_such_import()),
    }
}

fn format(name: &str, value: Value) -> Result<Format, Problem> {
    (value.as_str().and_then(Format::from_word)).ok_or_else(|| Problem::invalid(name, "must be jsonl or csv"))
}

fn parts(name: &str, value: Value) -> Result<i32, Problem> {
    (integer(&value).and_then(|parts| i32::try_from(parts).ok()))
        .filter(|parts| (1..=MOST_PARTS).contains(parts))
        .ok_or_else(|| Problem::invalid(name, format!("must be a whole number from 1 to {MOST_PARTS}")))
}

fn no_such_import() -> Problem {
    Problem::not_found("There is no such import.")
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::TooMany => Self::conflict(error.to_string()),
            OpenError::Database(error) => error.into(),
        }
    }
}

impl From<PutError> for Problem {
    fn from(error: PutError) -> Self {
        match error {
            PutError::NotFound => no_such_import(),
            PutError::Committed => Self::conflict(error.to_string()),
            PutError::BadNumber(_) => Self::invalid("number", error.to_string()),
            PutError::TooLarge => Self::too_large_in_all(error.to_string()),
            PutError::Database(error) => error.into(),
        }
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::NotFound => no_such_import(),
            CommitError::Missing(_) => Self::invalid("parts", error.to_string()),
            CommitError::File(error) => error.into(),
            CommitError::Database(error) => error.into(),
        }
    }
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(imports, open_import, import, put_part, commit_import, close_import))]
pub(super) struct Document;
