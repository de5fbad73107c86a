use crate::document::words;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use store::{SCHEDULES, Schedule, ScheduleLine};
use utoipa::ToSchema;
use uuid::Uuid;

use super::new::{NewScheduleOfTasks, read};
use crate::App;
use crate::answer::list::List;
use crate::answer::problem::Problem;
use crate::answer::sorted::{Sorted, SortedPage};
use crate::database::transact;
use crate::request::body::Object;
use crate::request::caller::Caller;
use crate::request::id::Id;
use crate::request::query::Filters;
use crate::routes::tasks::overrides;

/// How many of a schedule's next ticks are shown.
const TICKS: usize = 5;

/// A schedule as a list shows it. Times are UTC in RFC 3339.
#[derive(Serialize, ToSchema)]
#[schema(as = ScheduleLine)]
pub(crate) struct Line {
    /// The schedule.
    schedule_id: Uuid,
    /// Its name.
    name: String,
    /// The kind of its tasks.
    #[schema(example = "count_test_sets")]
    kind: String,
    /// When, as minute, hour, day of month, month, day of week.
    #[schema(example = "30 2 * * *")]
    cron: Option<String>,
    /// The time zone of `cron`.
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Every so many seconds.
    every: Option<i64>,
    /// What becomes of ticks that nobody took up in time.
    #[schema(value_type = words::CatchUp)]
    catch_up: String,
    /// Since when it is paused.
    paused_at: Option<DateTime<Utc>>,
    /// Why its last tick started no task.
    problem: Option<String>,
    /// Null while it is paused.
    next_at: Option<DateTime<Utc>>,
    /// The ticks that it waits for, the next five.
    next_ticks: Vec<DateTime<Utc>>,
    /// The tick before.
    last_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

/// A schedule with what its tasks are started with.
#[derive(Serialize, ToSchema)]
#[schema(as = Schedule)]
pub(crate) struct Shown {
    #[serde(flatten)]
    line: Line,
    /// What its tasks are started with.
    #[schema(value_type = Object)]
    args: Value,
    /// What they override of their kind's policy.
    #[schema(value_type = Object)]
    options: Value,
}

/// POST /schedules: makes a schedule.
#[utoipa::path(
    post, path = "/schedules", operation_id = "create_schedule", request_body = NewScheduleOfTasks,
    responses(
        (status = 201, body = Shown, headers(("Location" = String))),
        (status = 409, description = "Another schedule has this name, or there are too many."),
    )
)]
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

/// GET /schedules: the schedules of the caller's organization, by name unless it is said otherwise.
#[utoipa::path(get, path = "/schedules", operation_id = "list_schedules", params(SortedPage), responses((status = 200, body = [Line])))]
pub(crate) async fn schedules(
    State(app): State<App>,
    caller: Caller,
    mut filters: Filters,
) -> Result<List<Line>, Problem> {
    filters.only(SortedPage::FIELDS)?;
    let sorted = Sorted::read(&mut filters, &caller, &SCHEDULES, "")?;
    let schedules = transact!(app, caller, |tx| Ok(store::list_schedules(tx, &sorted.query).await?))?;
    sorted.page(schedules)
}

/// GET /schedules/{id}: one schedule, with what its tasks are started with.
#[utoipa::path(get, path = "/schedules/{id}", operation_id = "get_schedule", responses((status = 200, body = Shown)))]
pub(crate) async fn schedule(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Shown>, Problem> {
    Ok(Json(transact!(app, caller, |tx| find(tx, id).await)?))
}

/// POST /schedules/{id}/pause: no tick starts a task until it is resumed. One that is paused stays so.
#[utoipa::path(post, path = "/schedules/{id}/pause", operation_id = "pause_schedule", responses((status = 200, body = Shown)))]
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
#[utoipa::path(post, path = "/schedules/{id}/resume", operation_id = "resume_schedule", responses((status = 200, body = Shown)))]
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
#[utoipa::path(delete, path = "/schedules/{id}", operation_id = "delete_schedule", responses((status = 204)))]
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
