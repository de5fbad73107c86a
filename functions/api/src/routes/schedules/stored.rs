use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::{Schedule, ScheduleLine};
use uuid::Uuid;

use super::new::read;
use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::routes::tasks::overrides;

/// How many of a schedule's next ticks are shown.
const TICKS: usize = 5;

/// A schedule as a list shows it. Times are UTC in RFC 3339.
#[derive(Serialize)]
pub(crate) struct Line {
    schedule_id: Uuid,
    name: String,
    kind: String,
    cron: Option<String>,
    time_zone: Option<String>,
    every: Option<i64>,
    catch_up: String,
    paused_at: Option<DateTime<Utc>>,
    problem: Option<String>,
    /// Null while it is paused.
    next_at: Option<DateTime<Utc>>,
    /// The ticks that it waits for, the next five.
    next_ticks: Vec<DateTime<Utc>>,
    last_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

/// A schedule with what its tasks are started with.
#[derive(Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    line: Line,
    args: Value,
    options: Value,
}

/// POST /schedules: makes a schedule.
pub(crate) async fn create_schedule(
    State(app): State<App>,
    caller: Caller,
    body: Object,
) -> Result<Response, Problem> {
    let new = read(body)?;
    let shown = transact!(app, caller, |tx| {
        let id = store::create_schedule(tx, &new).await?;
        find(tx, id).await
    })?;
    let location = [(header::LOCATION, format!("/schedules/{}", shown.line.schedule_id))];
    Ok((StatusCode::CREATED, location, Json(shown)).into_response())
}

/// GET /schedules: the schedules of the caller's organization, by name.
pub(crate) async fn schedules(State(app): State<App>, caller: Caller) -> Result<List<Line>, Problem> {
    let schedules = transact!(app, caller, |tx| Ok(store::list_schedules(tx).await?))?;
    Ok(List::whole(schedules))
}

/// GET /schedules/{id}.
pub(crate) async fn schedule(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    Ok(Json(transact!(app, caller, |tx| find(tx, id).await)?))
}

/// POST /schedules/{id}/pause: no tick starts a task until it is resumed. One that is paused stays so.
pub(crate) async fn pause_schedule(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    let shown = transact!(app, caller, |tx| {
        store::pause_schedule(tx, id).await?;
        find(tx, id).await
    })?;
    Ok(Json(shown))
}

/// POST /schedules/{id}/resume: goes on with the next tick from now. One that is not paused goes on as it does.
pub(crate) async fn resume_schedule(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    let shown = transact!(app, caller, |tx| {
        store::resume_schedule(tx, id).await?;
        find(tx, id).await
    })?;
    Ok(Json(shown))
}

/// DELETE /schedules/{id}: the tasks that it started stay.
pub(crate) async fn delete_schedule(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    let deleted = transact!(app, caller, |tx| Ok(store::delete_schedule(tx, id).await?))?;
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_schedule()) }
}

async fn find(tx: &mut sqlx::PgConnection, id: Uuid) -> Result<Shown, Problem> {
    store::find_schedule(tx, id).await?.map(Shown::from).ok_or_else(no_such_schedule)
}

fn no_such_schedule() -> Problem {
    Problem::not_found("There is no such schedule.")
}

impl From<ScheduleLine> for Line {
    fn from(line: ScheduleLine) -> Self {
        let next_ticks = line.next_ticks(TICKS);
        Self {
            next_ticks,
            schedule_id: line.id,
            name: line.name,
            kind: line.kind,
            cron: line.cron,
            time_zone: line.time_zone,
            every: line.every,
            catch_up: line.catch_up,
            next_at: if line.paused_at.is_none() { Some(line.next_at) } else { None },
            paused_at: line.paused_at,
            problem: line.problem,
            last_at: line.last_at,
            created_at: line.created_at,
        }
    }
}

impl From<Schedule> for Shown {
    fn from(schedule: Schedule) -> Self {
        let mut options = overrides(Some(schedule.options));
        if let Some(fields) = options.as_object_mut()
            && let Some(expires) = fields.remove("expires_in")
        {
            fields.insert("expires".into(), expires);
        }
        Self { line: schedule.line.into(), args: schedule.args, options }
    }
}
