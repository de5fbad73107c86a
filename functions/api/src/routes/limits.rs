use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use store::Limit;

use crate::App;
use crate::body::Object;
use crate::caller::Caller;
use crate::database::transact;
use crate::options::seconds;
use crate::problem::Problem;

/// The greatest number of tasks that a limit may name.
const MOST: f64 = 1_000_000.0;

#[derive(Debug, Serialize)]
struct Shown {
    key: String,
    max_running: Option<i32>,
    rate: Option<Rate>,
}

/// So many tasks may begin per so many seconds.
#[derive(Debug, Clone, Copy, Serialize)]
struct Rate {
    count: f64,
    per_seconds: f64,
}

/// GET /limits: the limits of the caller's organization.
pub(crate) async fn limits(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    let limits = transact!(app, caller, |tx| Ok(store::list_limits(tx).await?))?;
    let limits: Vec<Shown> = limits.into_iter().map(Shown::from).collect();
    Ok(Json(json!({ "limits": limits })))
}

/// PUT /limits/{key}: limits the tasks with this `limit_key`:
/// `{"max_running": 5, "rate": {"count": 100, "per_seconds": 60}}`, one of them or both.
pub(crate) async fn set_limit(
    State(app): State<App>,
    caller: Caller,
    key: Result<Path<String>, PathRejection>,
    mut body: Object,
) -> Result<Json<Value>, Problem> {
    let key = named(key)?;
    body.only(&["max_running", "rate"])?;
    let max_running = body.read("max_running", max_running)?;
    let rate = body.read("rate", rate)?;
    if max_running.is_none() && rate.is_none() {
        return Err(Problem::invalid("max_running", "is missing: there must be max_running or rate"));
    }
    let pair = rate.map(|rate| (rate.count, rate.per_seconds));
    transact!(app, caller, |tx| Ok(store::set_limit(tx, &key, max_running, pair).await?))?;
    Ok(Json(json!(Shown { key, max_running, rate })))
}

/// DELETE /limits/{key}: lifts the limit, if there is one.
pub(crate) async fn lift_limit(
    State(app): State<App>,
    caller: Caller,
    key: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let key = named(key)?;
    transact!(app, caller, |tx| Ok(store::set_limit(tx, &key, None, None).await?))?;
    Ok(StatusCode::NO_CONTENT)
}

fn named(key: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    key.ok()
        .map(|key| key.0)
        .filter(|key| (1..=255).contains(&key.chars().count()) && !key.contains('\0'))
        .ok_or_else(|| Problem::invalid("key", "must have 1 to 255 characters of UTF-8, percent-encoded"))
}

fn max_running(name: &str, value: Value) -> Result<i32, Problem> {
    value
        .as_i64()
        .and_then(|most| i32::try_from(most).ok())
        .filter(|most| (1..=1_000_000).contains(most))
        .ok_or_else(|| Problem::invalid(name, format!("must be a whole number from 1 to {MOST}")))
}

fn rate(name: &str, value: Value) -> Result<Rate, Problem> {
    let Value::Object(fields) = value else {
        return Err(Problem::invalid(name, "must be an object with count and per_seconds"));
    };
    let mut fields = Object(fields);
    let mut read = || {
        fields.only(&["count", "per_seconds"])?;
        let count = fields.read("count", seconds)?.filter(|count| (1.0..=MOST).contains(count));
        let per = fields.read("per_seconds", seconds)?.filter(|per| (0.001..=86_400.0).contains(per));
        Ok(Rate {
            count: count
                .ok_or_else(|| Problem::invalid("count", format!("must be a number from 1 to {MOST}")))?,
            per_seconds: per.ok_or_else(|| {
                Problem::invalid("per_seconds", "must be a number of seconds from 0.001 to 86400 (a day)")
            })?,
        })
    };
    read().map_err(|problem: Problem| problem.below(name))
}

impl From<Limit> for Shown {
    fn from(limit: Limit) -> Self {
        let rate = limit.count.zip(limit.per_seconds);
        Self {
            key: limit.key,
            max_running: limit.max_running,
            rate: rate.map(|(count, per_seconds)| Rate { count, per_seconds }),
        }
    }
}
