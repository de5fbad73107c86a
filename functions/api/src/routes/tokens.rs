use crate::request::fields::body;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use chrono::{DateTime, Utc};
use rhesis::tokens::{self, Made};
use serde::Serialize;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::integer;
use crate::request::query::Filters;

/// `/tokens`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/tokens", get(tokens).post(create_token)).route("/tokens/{id}", delete(revoke_token))
}

/// The longest life of a token that ends at all, in days: ten years.
const LONGEST: i64 = 3650;

/// A token as a list shows it. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct Shown {
    /// The token.
    id: Uuid,
    /// What it is for.
    name: String,
    /// Its first and last characters.
    token_obfuscated: String,
    /// When it ends; null: never.
    expires_at: Option<DateTime<Utc>>,
    /// When it was used last, give or take a few minutes.
    last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

body! {
    /// A token to be made.
    pub(crate) struct NewToken {
        /// What it is for.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: String,
        /// In how many days it ends; null: never.
        #[schema(minimum = 1, maximum = 3650)]
        expires_in_days: Option<i32>,
    }
}

/// A token that was made; it is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedToken {
    /// The token's id.
    id: Uuid,
    /// The token.
    access_token: String,
    /// `bearer`.
    token_type: &'static str,
    /// When it ends; null: never.
    expires_at: Option<DateTime<Utc>>,
}

/// POST /tokens: makes a token of the caller's own, `{"name": "ci", "expires_in_days": 90}`; shown this once.
#[utoipa::path(post, path = "/tokens", operation_id = "create_token", request_body = NewToken, responses((status = 201, body = CreatedToken), (status = 409, description = "There are too many.")))]
pub(crate) async fn create_token(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewToken::FIELDS)?;
    let name = body.read("name", name)?.ok_or_else(|| Problem::invalid("name", "is missing"))?;
    let days = body.read("expires_in_days", days)?;
    let token = tokens::generate();
    let made =
        transact!(app, caller, |tx| Ok(tokens::create(tx, caller.user_id, &name, &token, days).await?))?;
    let Some(Made { id, expires_at }) = made else {
        return Err(Problem::conflict(format!(
            "There are {} tokens already: revoke one first.",
            tokens::MOST
        )));
    };
    let shown = CreatedToken { id, access_token: token, token_type: "bearer", expires_at };
    // The only answer with a secret in it: nothing on the way may keep it.
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(shown)).into_response())
}

/// GET /tokens: the caller's own that are not revoked, newest first unless it is said otherwise.
#[utoipa::path(get, path = "/tokens", operation_id = "list_tokens", params(SortedPage), responses((status = 200, body = [Shown])))]
pub(crate) async fn tokens(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &tokens::LIST, &caller.user_id.to_string())?;
    let tokens = transact!(app, caller, |tx| Ok(tokens::list(tx, caller.user_id, &sorted.query).await?))?;
    sorted.page(tokens)
}

/// DELETE /tokens/{id}: revokes one of the caller's own; from this commit on it opens nothing.
#[utoipa::path(delete, path = "/tokens/{id}", operation_id = "revoke_token", responses((status = 204)))]
pub(crate) async fn revoke_token(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let revoked = transact!(app, caller, |tx| Ok(tokens::revoke(tx, caller.user_id, id).await?))?;
    if revoked { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("There is no such token.")) }
}

fn name(field: &str, value: Value) -> Result<String, Problem> {
    match value {
        Value::String(text) if !text.trim().is_empty() && text.chars().count() <= 255 => Ok(text),
        _ => Err(Problem::invalid(field, "must be a text of 1 to 255 characters, not all blank")),
    }
}

fn days(field: &str, value: Value) -> Result<i32, Problem> {
    let days = integer(&value).filter(|days| (1..=LONGEST).contains(days));
    days.and_then(|days| i32::try_from(days).ok()).ok_or_else(|| {
        Problem::invalid(field, format!("must be a whole number of days from 1 to {LONGEST}, or null: never"))
    })
}

impl From<tokens::Token> for Shown {
    fn from(token: tokens::Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            token_obfuscated: token.token_obfuscated,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            created_at: token.created_at,
        }
    }
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(create_token, tokens, revoke_token))]
pub(super) struct Document;
