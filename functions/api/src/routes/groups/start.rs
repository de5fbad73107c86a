use crate::document::words;
use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use store::{NewGroup, Policy};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::answer::refusal::{orphan, refused_by};
use crate::database::transact;
use crate::kick::kick;
use crate::middleware::trace::Trace;
use crate::request::body::{Object, object};
use crate::request::caller::Caller;
use crate::request::fields::body;
use crate::request::idempotency::IdempotencyKey;
use crate::request::items::objects;
use crate::request::options::{self, MemberTask};
use crate::routes::tasks::read;

/// How many members of a group may be in flight, if it does not say.
const WINDOW: u16 = 10;

body! {
    /// A group to be started.
    #[schema(as = NewGroup)]
    pub(crate) struct NewGroupOfTasks {
        /// How many may be in flight; 1 runs them in their order.
        #[schema(minimum = 1, maximum = 64, default = 10)]
        window: Option<u16>,
        /// Its tasks.
        #[schema(max_items = 10_000)]
        members: Vec<MemberTask>,
        /// A task that follows the last of them.
        callback: Option<MemberTask>,
        /// When the callback is fired.
        #[schema(value_type = Option<words::GroupPolicy>)]
        policy: Option<String>,
    }
}

body! {
    /// Tasks that run one after the other.
    pub(crate) struct NewChain {
        /// The tasks, in their order.
        #[schema(min_items = 1, max_items = 10_000)]
        tasks: Vec<MemberTask>,
    }
}

/// A group that was started.
#[derive(Serialize, ToSchema)]
pub(crate) struct StartedGroup {
    /// The group.
    group_id: Uuid,
    /// Its members, in their order.
    task_ids: Vec<Uuid>,
    /// The task that follows the last of them.
    callback_id: Option<Uuid>,
}

/// POST /groups: starts tasks behind a window, and a callback that follows the last of them:
/// `{"window": 10, "members": [{"kind": …}, …], "callback": {"kind": …}, "policy": "all_ended"}`.
#[utoipa::path(
    post, path = "/groups", operation_id = "start_group", params(("Idempotency-Key" = Option<String>, Header)), request_body = NewGroupOfTasks,
    responses((status = 202, body = StartedGroup, headers(("Location" = String))))
)]
pub(crate) async fn start_group(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewGroupOfTasks::FIELDS)?;
    let window = body.read("window", window)?.unwrap_or(WINDOW);
    let policy = body.read("policy", policy)?.unwrap_or_default();
    let callback = body.take("callback").map(|value| callback(value, &trace)).transpose()?;
    let members = read("members", members(&mut body, "members", 0)?, options::grouped, &trace)?;
    let id = Uuid::now_v7();
    let idempotency_key = key.text().map(str::to_owned);
    let group = NewGroup { id, window, members, callback, policy, idempotency_key, stops_on_failure: false };
    started(&app, caller, "members", &key, group).await
}

/// POST /chains: starts tasks that run one after the other, each only if the one before it succeeded:
/// `{"tasks": [{"kind": …}, …]}`.
#[utoipa::path(
    post, path = "/chains", operation_id = "start_chain", params(("Idempotency-Key" = Option<String>, Header)), request_body = NewChain,
    responses((status = 202, body = StartedGroup, headers(("Location" = String))))
)]
pub(crate) async fn start_chain(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Ok(trace): Result<Trace, Infallible>,
    mut body: Object,
) -> Result<Response, Problem> {
    body.only(NewChain::FIELDS)?;
    let tasks = read("tasks", members(&mut body, "tasks", 1)?, options::grouped, &trace)?;
    let idempotency_key = key.text().map(str::to_owned);
    started(&app, caller, "tasks", &key, NewGroup { idempotency_key, ..NewGroup::chain(tasks) }).await
}

async fn started(
    app: &App,
    caller: Caller,
    list: &str,
    key: &IdempotencyKey,
    group: NewGroup,
) -> Result<Response, Problem> {
    let enqueued = transact!(app, caller, |tx| {
        let callback = group.callback.as_slice();
        if let Some((place, problem)) = orphan(tx, &group.members).await? {
            return Err(problem.in_item(list, place));
        }
        if let Some((_, problem)) = orphan(tx, callback).await? {
            return Err(problem.below("callback"));
        }
        store::enqueue_group(tx, &group).await.map_err(|error| {
            refused_by(error, |bad, problem| match bad.option.as_str() {
                "window" => problem,
                "idempotency_key" => key.name(problem),
                // The engine counts the callback as the one behind the last member.
                _ if bad.index >= group.members.len() => problem.below("callback"),
                _ => problem.in_item(list, bad.index),
            })
        })
    })?;
    kick(&app.queue, &enqueued.wakes).await;
    let group_id = enqueued.group_id.unwrap_or(group.id);
    let location = [(header::LOCATION, format!("/groups/{group_id}"))];
    let ids = StartedGroup { group_id, task_ids: enqueued.ids, callback_id: enqueued.callback_id };
    Ok((StatusCode::ACCEPTED, location, Json(ids)).into_response())
}

fn members(body: &mut Object, list: &str, least: usize) -> Result<Vec<Object>, Problem> {
    match body.take(list) {
        Some(Value::Array(members)) => objects(list, members, least),
        Some(_) => Err(Problem::invalid(list, "must be a list of tasks")),
        None => Err(Problem::invalid(list, "is missing")),
    }
}

fn callback(value: Value, trace: &Trace) -> Result<store::NewTask, Problem> {
    let mut task = object(value).and_then(options::grouped).map_err(|problem| problem.below("callback"))?;
    trace.give(&mut task);
    Ok(task)
}

fn window(name: &str, value: Value) -> Result<u16, Problem> {
    options::integer(&value)
        .and_then(|window| u16::try_from(window).ok())
        .filter(|window| (1..=64).contains(window))
        .ok_or_else(|| Problem::invalid(name, "must be a whole number from 1 to 64"))
}

fn policy(name: &str, value: Value) -> Result<Policy, Problem> {
    serde_json::from_value(value).map_err(|_| Problem::invalid(name, "must be all_ended or all_succeeded"))
}
