use crate::request::fields::{body, query};
use axum::Json;
use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, put};
use serde::Serialize;
use serde_json::Value;
use store::Limit;
use utoipa::{OpenApi, ToSchema};

use crate::App;
use crate::answer::list::List;
use crate::answer::paging::{Page, Paging};
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::options::{integer, seconds};
use crate::request::query::Filters;

/// `/limits`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/limits", get(limits).put(set_limit).delete(lift_limit))
        .route("/limits/{*key}", put(set_limit).delete(lift_limit))
}

/// How many characters a key may have.
const LONGEST_KEY: usize = 255;

/// The greatest number of tasks that a limit may name.
const MOST: f64 = 1_000_000.0;

/// How many tasks with a key may run, and begin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Limit)]
pub(crate) struct Shown {
    /// The `limit_key` of the tasks.
    key: String,
    /// How many of them may run at a time.
    max_running: Option<i32>,
    /// How many of them may begin.
    rate: Option<Rate>,
}

/// A limit, and who has to do with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LimitLine)]
pub(crate) struct Line {
    #[serde(flatten)]
    limit: Shown,
    /// How many of its tasks run.
    running: i64,
    /// How many of its tasks do not run; counted up to 10,000.
    waiting: i64,
}

/// So many tasks may begin per so many seconds.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct Rate {
    /// How many tasks.
    #[schema(minimum = 1, maximum = 1_000_000)]
    count: f64,
    /// In how many seconds.
    #[schema(minimum = 0.001, maximum = 86_400)]
    per_seconds: f64,
}

body! {
    /// A limit to be set; one of the two fields at least.
    pub(crate) struct NewLimit {
        /// How many tasks with the key may run at a time.
        #[schema(minimum = 1, maximum = 1_000_000)]
        max_running: Option<i32>,
        /// How many of them may begin.
        rate: Option<Rate>,
    }
}

query! {
    /// Which limit is meant.
    struct KeyName {
        /// The `limit_key` of the tasks.
        #[param(min_length = 1, max_length = 255)]
        key: String,
    }
}

/// GET /limits: the limits of the caller's organization, by key.
#[utoipa::path(get, path = "/limits", operation_id = "list_limits", params(Page), responses((status = 200, body = [Line])))]
pub(crate) async fn limits(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Line>, Problem> {
    filters.only(Page::FIELDS)?;
    let paging: Paging<String> = Paging::read(&mut filters, &caller, "limits")?;
    let limits = transact!(app, caller, |tx| {
        Ok(store::list_limits(tx, paging.behind.as_deref(), paging.ask()).await?)
    })?;
    Ok(paging.page(limits.into_iter().map(Line::from).collect(), |line| line.limit.key.clone()))
}

/// PUT /limits?key=…: limits the tasks with this `limit_key`:
/// `{"max_running": 5, "rate": {"count": 100, "per_seconds": 60}}`, one of them or both.
#[utoipa::path(put, path = "/limits", operation_id = "set_limit", params(KeyName), request_body = NewLimit, responses((status = 200, body = Shown)))]
pub(crate) async fn set_limit(
    State(app): State<App>,
    caller: Caller,
    Key(key): Key,
    mut body: Object,
) -> Result<Json<Shown>, Problem> {
    body.only(NewLimit::FIELDS)?;
    let max_running = body.read("max_running", max_running)?;
    let rate = body.read("rate", rate)?;
    if max_running.is_none() && rate.is_none() {
        return Err(Problem::invalid("max_running", "is missing: there must be max_running or rate"));
    }
    let pair = rate.map(|rate| (rate.count, rate.per_seconds));
    transact!(app, caller, |tx| Ok(store::set_limit(tx, &key, max_running, pair).await?))?;
    Ok(Json(Shown { key, max_running, rate }))
}

/// DELETE /limits?key=…: lifts the limit, if there is one.
#[utoipa::path(delete, path = "/limits", operation_id = "lift_limit", params(KeyName), responses((status = 204)))]
pub(crate) async fn lift_limit(
    State(app): State<App>,
    caller: Caller,
    Key(key): Key,
) -> Result<StatusCode, Problem> {
    transact!(app, caller, |tx| Ok(store::set_limit(tx, &key, None, None).await?))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The key that a request is about: `?key=…`, which may hold anything; or the end of the path, if it is of characters that every
/// gateway leaves alone. One that decodes a path on its way has made another address of `/limits/a%2Fb`.
pub(crate) struct Key(String);

impl FromRequestParts<App> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let mut filters = Filters::from_request_parts(parts, app).await?;
        if let Ok(Path(key)) = Path::<String>::from_request_parts(parts, app).await {
            filters.only(&[])?;
            let plain = |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
            return match key.chars().all(plain) && key.len() <= LONGEST_KEY {
                true => Ok(Self(key)),
                false => Err(Problem::invalid(
                    "key",
                    "may be of letters, digits and -._~ only in a path: say ?key=… instead",
                )),
            };
        }
        filters.only(KeyName::FIELDS)?;
        let key = filters.take("key").unwrap_or_default();
        if (1..=LONGEST_KEY).contains(&key.chars().count()) && !key.contains('\0') {
            return Ok(Self(key));
        }
        Err(Problem::invalid("key", format!("must have 1 to {LONGEST_KEY} characters")))
    }
}

fn max_running(name: &str, value: Value) -> Result<i32, Problem> {
    integer(&value)
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

impl From<Limit> for Line {
    fn from(limit: Limit) -> Self {
        let rate = limit.count.zip(limit.per_seconds);
        Self {
            limit: Shown {
                key: limit.key,
                max_running: limit.max_running,
                rate: rate.map(|(count, per_seconds)| Rate { count, per_seconds }),
            },
            running: limit.running,
            waiting: limit.waiting,
        }
    }
}

/// Their part of the document.
#[derive(OpenApi)]
#[openapi(paths(limits, set_limit, lift_limit))]
pub(super) struct Document;
