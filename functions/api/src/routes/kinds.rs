use axum::Json;
use axum::Router;
use axum::routing::get;
use catalog::Spec;
use serde::Serialize;
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{Page, Paging};
use crate::answer::problem::Problem;
use crate::request::caller::Caller;
use crate::request::kind::Kind;
use crate::request::query::Filters;

/// `/kinds`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/kinds", get(kinds)).route("/kinds/{kind}", get(kind))
}

/// A kind of task: its contract.
#[derive(Serialize, ToSchema)]
#[schema(as = Kind)]
pub(crate) struct Shown {
    /// Its name: what a task is started by.
    name: &'static str,
    /// What it does.
    description: Option<String>,
    /// The version of its arguments.
    version: i32,
    /// Whether it may be started from outside; the others are started by other tasks.
    startable: bool,
    /// A JSON Schema (2020-12) of its arguments, an object.
    #[schema(value_type = Object)]
    arguments: Value,
    /// The names of its arguments in the contract's order, for who gives them by position.
    #[schema(value_type = Vec<String>)]
    argument_names: &'static [&'static str],
    /// A JSON Schema (2020-12) of what a task of it answers.
    #[schema(value_type = Object)]
    output: Value,
    /// What holds for a task that does not say otherwise.
    policy: Policy,
}

/// How often and how soon a failed attempt is repeated, and how long things last. Times are in seconds.
#[derive(Serialize, ToSchema)]
#[schema(as = RetryPolicy)]
struct Policy {
    /// How often a failed attempt is repeated.
    max_retries: i32,
    /// How long it waits before.
    backoff: Backoff,
    /// How long one attempt may run.
    time_limit: u64,
    /// How long an ended task is kept, and its result.
    retention: u64,
}

/// The longest wait before the first retry, and before any.
#[derive(Serialize, ToSchema)]
struct Backoff {
    /// The longest wait before the first retry.
    factor: f64,
    /// The longest wait before any.
    cap: f64,
}

/// GET /kinds: every kind of task there is, by name.
#[utoipa::path(get, path = "/kinds", operation_id = "list_kinds", params(Page), responses((status = 200, body = [Shown])))]
pub(crate) async fn kinds(caller: Caller, mut filters: Filters) -> Result<List<Shown>, Problem> {
    filters.only(Page::FIELDS)?;
    let paging: Paging<String> = Paging::read(&mut filters, &caller, "kinds")?;
    let behind = paging.behind.as_deref().unwrap_or_default();
    let mut kinds: Vec<&Spec> = catalog::TASKS.iter().filter(|spec| spec.kind > behind).collect();
    kinds.sort_by_key(|spec| spec.kind);
    Ok(paging.page(kinds.into_iter().map(Shown::from).collect(), |kind| kind.name.to_owned()))
}

/// GET /kinds/{kind}: what it takes, what it answers, and its policy.
#[utoipa::path(get, path = "/kinds/{kind}", operation_id = "get_kind", params(("kind" = String, Path, description = "Its name.")), responses((status = 200, body = Shown)))]
pub(crate) async fn kind(_: Caller, Kind(spec): Kind) -> Json<Shown> {
    Json(spec.into())
}

impl From<&'static Spec> for Shown {
    fn from(spec: &'static Spec) -> Self {
        let arguments = spec.arguments();
        Self {
            name: spec.kind,
            description: arguments["description"].as_str().map(str::to_owned),
            version: spec.version,
            startable: !spec.internal,
            arguments,
            argument_names: spec.argument_names(),
            output: spec.output(),
            policy: Policy {
                max_retries: spec.retry.max_retries,
                backoff: Backoff {
                    factor: spec.retry.factor.as_secs_f64(),
                    cap: spec.retry.cap.as_secs_f64(),
                },
                time_limit: spec.time_limit.as_secs(),
                retention: spec.retention.as_secs(),
            },
        }
    }
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(kinds, kind))]
pub(super) struct Document;
