use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rhesis::behaviors::{self as domain, Behavior};
use rhesis::metrics::{self, StoredMetric};
use sqlx::PgConnection;
use utoipa::OpenApi;
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::fields::body;
use crate::request::id::{Id, Ids};
use crate::request::options::{description, title};
use crate::request::query::Filters;

/// `/behaviors`, and what metrics they have; the list of these also with the slash that Rhesis's SDK puts behind it. Since 0.19 it says
/// `/requirements`.
pub(super) fn router() -> Router<App> {
    ["behaviors", "requirements"].into_iter().fold(Router::new(), |router, word| {
        router
            .route(&format!("/{word}"), get(behaviors).post(create_behavior))
            .route(&format!("/{word}/{{id}}"), get(behavior).put(change_behavior).delete(delete_behavior))
            .route(&format!("/{word}/{{id}}/metrics"), get(behavior_metrics))
            .route(&format!("/{word}/{{id}}/metrics/"), get(behavior_metrics))
            .route(&format!("/{word}/{{id}}/metrics/{{metric_id}}"), post(add_metric).delete(remove_metric))
    })
}

body! {
    /// A behavior to be made.
    pub(crate) struct NewBehavior {
        /// What it is called.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: String,
        /// What it is.
        #[schema(max_length = 10_000)]
        description: Option<String>,
    }
}

body! {
    /// What is to be changed of a behavior.
    pub(crate) struct BehaviorChange {
        /// That of the address, if it is said.
        id: Option<Uuid>,
        /// What it is called.
        #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
        name: Option<String>,
        /// What it is.
        #[schema(max_length = 10_000)]
        description: Option<String>,
    }
}

/// GET /behaviors: newest first unless it is said otherwise.
#[utoipa::path(get, path = "/behaviors", operation_id = "list_behaviors", params(SortedPage), responses((status = 200, body = [Behavior])))]
pub(crate) async fn behaviors(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Behavior>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &domain::LIST, "")?;
    let found = transact!(app, caller, |tx| Ok(domain::list(tx, &sorted.query).await?))?;
    sorted.page(found)
}

/// POST /behaviors: makes a behavior.
#[utoipa::path(post, path = "/behaviors", operation_id = "create_behavior", request_body = NewBehavior, responses((status = 201, body = Behavior, headers(("Location" = String)))))]
pub(crate) async fn create_behavior(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewBehavior::FIELDS)?;
    let name = body.read("name", title)?.ok_or_else(|| Problem::invalid("name", "is missing"))?;
    let about = body.read("description", description)?;
    let user_id = Some(caller.user_id);
    let made = transact!(app, caller, |tx| Ok(domain::create(tx, &name, about.as_deref(), user_id).await?))?;
    let location = [(header::LOCATION, format!("/behaviors/{}", made.id))];
    Ok((StatusCode::CREATED, location, Json(made)).into_response())
}

/// GET /behaviors/{id}: one behavior.
#[utoipa::path(get, path = "/behaviors/{id}", operation_id = "get_behavior", responses((status = 200, body = Behavior)))]
pub(crate) async fn behavior(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Behavior>, Problem> {
    Ok(Json(transact!(app, caller, |tx| find(tx, id).await)?))
}

/// PUT /behaviors/{id}: changes what is there of `name` and `description`.
#[utoipa::path(put, path = "/behaviors/{id}", operation_id = "update_behavior", request_body = BehaviorChange, responses((status = 200, body = Behavior)))]
pub(crate) async fn change_behavior(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    mut body: Object,
) -> Result<Json<Behavior>, Problem> {
    body.only(BehaviorChange::FIELDS)?;
    body.is_of(id)?;
    let (name, about) = (body.read("name", title)?, body.read("description", description)?);
    let changed =
        transact!(app, caller, |tx| Ok(domain::change(tx, id, name.as_deref(), about.as_deref()).await?))?;
    changed.map(Json).ok_or_else(no_such_behavior)
}

/// DELETE /behaviors/{id}: its tests stay, without one.
#[utoipa::path(delete, path = "/behaviors/{id}", operation_id = "delete_behavior", responses((status = 204)))]
pub(crate) async fn delete_behavior(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(domain::delete(tx, id).await?))?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_behavior()) }
}

/// GET `/behaviors/{id}/metrics`: its metrics, by name.
#[utoipa::path(get, path = "/behaviors/{id}/metrics", operation_id = "list_behavior_metrics", responses((status = 200, body = [StoredMetric])))]
pub(crate) async fn behavior_metrics(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Vec<StoredMetric>>, Problem> {
    let found = transact!(app, caller, |tx| {
        find(tx, id).await?;
        Ok(metrics::of_behavior(tx, id).await?)
    })?;
    Ok(Json(found))
}

/// POST `/behaviors/{id}/metrics/{metric_id}`: the metric judges its tests where their set names none; answers all its metrics.
#[utoipa::path(post, path = "/behaviors/{id}/metrics/{metric_id}", operation_id = "add_behavior_metric", responses((status = 200, body = [StoredMetric])))]
pub(crate) async fn add_metric(
    State(app): State<App>,
    caller: Caller,
    Ids(id, metric_id): Ids,
) -> Result<Json<Vec<StoredMetric>>, Problem> {
    let all = transact!(app, caller, |tx| {
        if !domain::assign(tx, id, metric_id).await? {
            return Err(Problem::not_found("There is no such behavior, or no such metric."));
        }
        Ok(metrics::of_behavior(tx, id).await?)
    })?;
    Ok(Json(all))
}

/// DELETE `/behaviors/{id}/metrics/{metric_id}`: it does not judge them from now on, if it did; answers those that do.
#[utoipa::path(delete, path = "/behaviors/{id}/metrics/{metric_id}", operation_id = "remove_behavior_metric", responses((status = 200, body = [StoredMetric])))]
pub(crate) async fn remove_metric(
    State(app): State<App>,
    caller: Caller,
    Ids(id, metric_id): Ids,
) -> Result<Json<Vec<StoredMetric>>, Problem> {
    let left = transact!(app, caller, |tx| {
        find(tx, id).await?;
        domain::release(tx, id, metric_id).await?;
        Ok(metrics::of_behavior(tx, id).await?)
    })?;
    Ok(Json(left))
}

async fn find(tx: &mut PgConnection, id: Uuid) -> Result<Behavior, Problem> {
    domain::find(tx, id).await?.ok_or_else(no_such_behavior)
}

fn no_such_behavior() -> Problem {
    Problem::not_found("There is no such behavior.")
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(
    behaviors,
    create_behavior,
    behavior,
    change_behavior,
    delete_behavior,
    behavior_metrics,
    add_metric,
    remove_metric
))]
pub(super) struct Document;
