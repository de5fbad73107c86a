use axum::Json;
use axum::Router;
use axum::routing::get;
use catalog::Spec;
use serde::Serialize;
use serde_json::Value;

use crate::App;
use crate::answer::list::List;
use crate::request::caller::Caller;
use crate::request::kind::Kind;

/// `/kinds`.
pub(super) fn router() -> Router<App> {
    Router::new().route("/kinds", get(kinds)).route("/kinds/{kind}", get(kind))
}

/// A kind of task: its contract.
#[derive(Serialize)]
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
    arguments: Value,
    /// The names of its arguments in the contract's order, for who gives them by position.
    argument_names: &'static [&'static str],
    /// A JSON Schema (2020-12) of what a task of it answers.
    output: Value,
    /// What holds for a task that does not say otherwise.
    policy: Policy,
}

/// How often and how soon a failed attempt is repeated, and how long things last. Times are in seconds.
#[derive(Serialize)]
struct Policy {
    max_retries: i32,
    backoff: Backoff,
    /// How long one attempt may run.
    time_limit: u64,
    /// How long an ended task is kept, and its result.
    retention: u64,
}

/// The longest wait before the first retry, and before any.
#[derive(Serialize)]
struct Backoff {
    factor: f64,
    cap: f64,
}

/// GET /kinds: every kind of task there is.
pub(crate) async fn kinds(_: Caller) -> List<Shown> {
    List::whole(catalog::TASKS)
}

/// GET /kinds/{kind}: what it takes, what it answers, and its policy.
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
