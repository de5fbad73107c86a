use crate::request::fields::body;
use crate::routes::tasks::TaskReference;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use catalog::DeliverWebhook;
use chrono::{DateTime, SecondsFormat, Utc};
use rhesis::webhooks::{self, Event, Webhook};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::{Value, json};
use store::NewTask;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::refusal::refused;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::kick::kick;
use crate::middleware::log;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::query::Filters;

/// `/webhooks`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/webhooks", get(webhooks).post(create_webhook))
        .route("/webhooks/{id}", delete(delete_webhook))
        .route("/webhooks/{id}/test", post(test_webhook))
}

/// The longest address of a webhook, in characters.
const LONGEST: usize = 2048;

/// A webhook as it is shown. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(crate) struct Shown {
    /// The webhook.
    id: Uuid,
    /// Where it is.
    #[schema(format = "uri")]
    url: String,
    /// What it is told.
    #[schema(value_type = Vec<Event>)]
    events: Vec<String>,
    /// Whether it is told anything; no longer once its receiver has answered 410.
    is_active: bool,
    /// The HTTP status of the last delivery.
    last_status: Option<i32>,
    /// Why the last delivery failed.
    last_error: Option<String>,
    /// When the last delivery was tried.
    last_attempt_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

/// A webhook that was made, with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedWebhook {
    #[serde(flatten)]
    webhook: Shown,
    /// What its deliveries are signed with.
    secret: String,
}

body! {
    /// A webhook to be made.
    pub(crate) struct NewWebhook {
        /// Where it is.
        #[schema(format = "uri", min_length = 1, max_length = 2048)]
        url: String,
        /// What it is to be told.
        #[schema(value_type = Vec<Event>, min_items = 1)]
        events: Vec<String>,
    }
}

/// POST /webhooks: makes a webhook, `{"url": "https://…", "events": ["test_run.ended", "task.failed"]}`; its secret is
/// shown this once.
#[utoipa::path(post, path = "/webhooks", operation_id = "create_webhook", request_body = NewWebhook, responses((status = 201, body = CreatedWebhook), (status = 409, description = "There are too many.")))]
pub(crate) async fn create_webhook(
    State(app): State<App>,
    caller: Caller,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewWebhook::FIELDS)?;
    let url = body.read("url", url)?.ok_or_else(|| Problem::invalid("url", "is missing"))?;
    if let Some(why) = webhooks::refuse(&app.endpoints, &url) {
        return Err(Problem::invalid("url", why));
    }
    let events = body.read("events", events)?.ok_or_else(|| Problem::invalid("events", "is missing"))?;
    let secret = webhooks::generate_secret();
    let sealed = app.endpoints.keys().seal(&secret).map_err(|error| {
        tracing::error!(error = error.to_string(), "secret not sealed");
        Problem::internal()
    })?;
    let made = transact!(app, caller, |tx| {
        Ok(webhooks::create(tx, &url, &events, &sealed, Some(caller.user_id)).await?)
    })?;
    let made = made.ok_or_else(|| {
        Problem::conflict(format!("There are {} webhooks already: delete one first.", webhooks::MOST))
    })?;
    let shown = CreatedWebhook { webhook: made.into(), secret: secret.expose_secret().to_owned() };
    // Nothing on the way may keep the secret.
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(shown)).into_response())
}

/// GET /webhooks: those of the caller's organization, oldest first unless it is said otherwise, without their secrets.
#[utoipa::path(get, path = "/webhooks", operation_id = "list_webhooks", params(SortedPage), responses((status = 200, body = [Shown])))]
pub(crate) async fn webhooks(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Shown>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &webhooks::LIST, "")?;
    let webhooks = transact!(app, caller, |tx| Ok(webhooks::list(tx, &sorted.query).await?))?;
    sorted.page(webhooks)
}

/// DELETE /webhooks/{id}: it is told nothing any more.
#[utoipa::path(delete, path = "/webhooks/{id}", operation_id = "delete_webhook", responses((status = 204)))]
pub(crate) async fn delete_webhook(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(webhooks::delete(tx, id).await?))?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_webhook()) }
}

/// POST /webhooks/{id}/test: tells it an event `webhook.test`, by a task like any other delivery.
#[utoipa::path(post, path = "/webhooks/{id}/test", operation_id = "test_webhook", responses((status = 202, body = TaskReference, headers(("Location" = String))), (status = 409, description = "It is not active: its receiver answered 410.")))]
pub(crate) async fn test_webhook(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Response, Problem> {
    let task = NewTask {
        // Somebody is waiting for it: an answer within the day is none.
        max_retries: Some(0),
        ..NewTask::of(&DeliverWebhook {
            webhook_id: id,
            event: Event::TEST.into(),
            occurred_at: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
            data: json!({}),
        })
    };
    let enqueued = transact!(app, caller, |tx| {
        match webhooks::load(tx, id).await? {
            Some(_) => store::enqueue(tx, std::slice::from_ref(&task)).await.map_err(refused),
            None if webhooks::exists(tx, id).await? => {
                Err(Problem::conflict("The webhook is not active: its receiver answered 410."))
            }
            None => Err(no_such_webhook()),
        }
    })?;
    log::task(task.id);
    kick(&app.queue, &enqueued.wakes).await;
    let location = [(header::LOCATION, format!("/tasks/{}", task.id))];
    let body = TaskReference { task_id: task.id, status: "PENDING".to_owned() };
    Ok((StatusCode::ACCEPTED, location, Json(body)).into_response())
}

fn no_such_webhook() -> Problem {
    Problem::not_found("There is no such webhook.")
}

fn url(field: &str, value: Value) -> Result<String, Problem> {
    match value {
        Value::String(text) if (1..=LONGEST).contains(&text.chars().count()) => Ok(text),
        _ => Err(Problem::invalid(field, format!("must be a URL of at most {LONGEST} characters"))),
    }
}

fn events(field: &str, value: Value) -> Result<Vec<Event>, Problem> {
    let bad = || {
        let known: Vec<&str> = Event::ALL.into_iter().map(Event::as_str).collect();
        Problem::invalid(field, format!("must be a list of one or more of {}", known.join(", ")))
    };
    let words = value.as_array().filter(|words| !words.is_empty()).ok_or_else(bad)?;
    let mut events: Vec<Event> = Vec::new();
    for word in words {
        let event = word.as_str().and_then(Event::from_word).ok_or_else(bad)?;
        if !events.contains(&event) {
            events.push(event);
        }
    }
    Ok(events)
}

impl From<Webhook> for Shown {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            events: webhook.events,
            is_active: webhook.is_active,
            last_status: webhook.last_status,
            last_error: webhook.last_error,
            last_attempt_at: webhook.last_attempt_at,
            created_at: webhook.created_at,
        }
    }
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(create_webhook, webhooks, delete_webhook, test_webhook))]
pub(super) struct Document;
