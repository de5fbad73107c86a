use crate::request::fields::body;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rhesis::models::{self as domain, BadModel, NewModel, Shown};
use utoipa::OpenApi;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::options::text;
use crate::request::query::Filters;

/// `/models`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/models", get(models).post(create_model))
        .route("/models/{id}", get(model).delete(delete_model))
}

body! {
    /// A model to be kept.
    #[schema(as = NewModel)]
    pub(crate) struct NewModelWithKey {
        /// Its name for users.
        #[schema(min_length = 1, pattern = r"\S")]
        name: String,
        /// What its API calls it.
        #[schema(min_length = 1, pattern = r"\S", example = "gpt-4o-mini")]
        model_name: String,
        /// Base URL of its API, to which `/chat/completions` is added.
        #[schema(format = "uri", example = "https://api.openai.com/v1")]
        endpoint: String,
        /// The API key, stored encrypted and never shown.
        #[schema(pattern = "^[!-~]*$")]
        key: Option<String>,
    }
}

/// GET /models: newest first unless it is said otherwise, without their keys.
#[utoipa::path(get, path = "/models", operation_id = "list_models", params(SortedPage), responses((status = 200, body = [Shown])))]
pub(crate) async fn models(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &domain::LIST, "")?;
    let found = transact!(app, caller, |tx| Ok(domain::list(tx, &sorted.query).await?))?;
    sorted.page(found)
}

/// POST /models: `{"name", "model_name", "endpoint", "key"}`; the key is stored encrypted and never shown.
#[utoipa::path(post, path = "/models", operation_id = "create_model", request_body = NewModelWithKey, responses((status = 201, body = Shown, headers(("Location" = String)))))]
pub(crate) async fn create_model(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewModelWithKey::FIELDS)?;
    let mut given = |field| body.read(field, text)?.ok_or_else(|| Problem::invalid(field, "is missing"));
    let (name, model_name, endpoint) = (given("name")?, given("model_name")?, given("endpoint")?);
    let key = body.read("key", text)?.filter(|key| !key.is_empty()).map(Into::into);
    let model = NewModel { name, model_name, endpoint, key };
    model.check(app.endpoints.guard())?;
    let sealed = model.key.as_ref().map(|key| app.endpoints.keys().seal(key)).transpose();
    let sealed = sealed.map_err(|error| Problem::invalid("key", error.to_string()))?;
    let made = transact!(app, caller, |tx| {
        let id = domain::create(tx, &model, sealed.as_ref(), Some(caller.user_id)).await?;
        domain::show(tx, id).await?.ok_or_else(no_such_model)
    })?;
    let location = [(header::LOCATION, format!("/models/{}", made.id))];
    Ok((StatusCode::CREATED, location, Json(made)).into_response())
}

/// GET /models/{id}: one model, without its key.
#[utoipa::path(get, path = "/models/{id}", operation_id = "get_model", responses((status = 200, body = Shown)))]
pub(crate) async fn model(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    let found = transact!(app, caller, |tx| Ok(domain::show(tx, id).await?))?;
    found.map(Json).ok_or_else(no_such_model)
}

/// DELETE /models/{id}: it and its key are gone; metrics that named it ask the configuration's model.
#[utoipa::path(delete, path = "/models/{id}", operation_id = "delete_model", responses((status = 204)))]
pub(crate) async fn delete_model(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(domain::delete(tx, id).await?))?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_model()) }
}

fn no_such_model() -> Problem {
    Problem::not_found("There is no such model.")
}

impl From<BadModel> for Problem {
    fn from(bad: BadModel) -> Self {
        Self::invalid(bad.field, bad.detail)
    }
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(models, create_model, model, delete_model))]
pub(super) struct Document;
