use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query};
use serde_json::Value;
use sqlx::PgConnection;
use timetable::Timing;
use uuid::Uuid;

use super::new::now;
use crate::Result;

/// A schedule as a list has it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ScheduleLine {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The kind of its tasks.
    pub kind: String,
    /// Its cron pattern.
    pub cron: Option<String>,
    /// The time zone of the pattern.
    pub time_zone: Option<String>,
    /// Its interval in seconds.
    pub every: Option<i64>,
    /// `skip`, `one` or `all`.
    pub catch_up: String,
    /// Since when it is paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// Why the engine paused it.
    pub problem: Option<String>,
    /// The tick that it waits for, or would if it were not paused.
    pub next_at: DateTime<Utc>,
    /// The last tick that a task was started for.
    pub last_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl ScheduleLine {
    /// The ticks that it waits for, so many of them; none while it is paused, or if its pattern cannot be read any more.
    #[must_use]
    pub fn next_ticks(&self, count: usize) -> Vec<DateTime<Utc>> {
        let timing = Timing::read(self.cron.as_deref(), self.time_zone.as_deref(), self.every);
        let (Ok(timing), None) = (timing, self.paused_at) else {
            return Vec::new();
        };
        std::iter::successors(Some(self.next_at), |tick| timing.resumed(*tick, *tick)).take(count).collect()
    }
}

/// A schedule as it stands.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Schedule {
    /// All but its task.
    #[sqlx(flatten)]
    pub line: ScheduleLine,
    /// The arguments of its tasks.
    pub args: Value,
    /// What they override of their kind.
    pub options: Value,
}

/// The list of schedules, by name unless it is said otherwise. An organization has at most 1,000.
pub const SCHEDULES: Listing = Listing {
    name: "schedules",
    from: "tasks.schedule s",
    id: "s.id",
    columns: &[
        Column::text("name", "s.name"),
        Column::uuid("schedule_id", "s.id"),
        Column::text("kind", "s.kind"),
        Column::text("cron", "s.cron").unsorted(),
        Column::text("time_zone", "s.time_zone").unsorted(),
        Column::number("every", "extract(epoch from s.every)::double precision").unsorted(),
        Column::text("catch_up", "s.catch_up"),
        Column::time("paused_at", "s.paused_at").sorted_by("coalesce(s.paused_at, 'epoch')"),
        Column::text("problem", "s.problem").unsorted(),
        // As it is shown: null while it is paused.
        Column::time("next_at", "case when s.paused_at is null then s.next_at end")
            .sorted_by("coalesce(case when s.paused_at is null then s.next_at end, 'epoch')"),
        Column::time("last_at", "s.last_at").sorted_by("coalesce(s.last_at, 'epoch')"),
        Column::time("created_at", "s.created_at"),
    ],
    order: (0, Direction::Ascending),
};

/// A page of the schedules of the organization that `tx` is bound to.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn list_schedules(tx: &mut PgConnection, query: &Query) -> Result<Page<ScheduleLine>> {
    let picked = SCHEDULES.pick(tx, query, |_| ()).await?;
    let rows = sql::query_as(
        "select id, name, kind, cron, time_zone, extract(epoch from every)::bigint as every, catch_up, paused_at,
           problem, next_at, last_at, created_at
         from tasks.schedule where id = any ($1) order by array_position($1, id)",
    )
    .bind(&picked.ids)
    .fetch_all(tx)
    .await?;
    Ok(picked.page(rows))
}

/// A schedule of the organization that `tx` is bound to; none if it has no such schedule.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn find_schedule(tx: &mut PgConnection, id: Uuid) -> Result<Option<Schedule>> {
    sql::query_as(
        "select id, name, kind, args, options, cron, time_zone, extract(epoch from every)::bigint as every, catch_up,
           paused_at, problem, next_at, last_at, created_at
         from tasks.schedule where id = $1",
    )
    .bind(id)
    .fetch_optional(tx)
    .await
}

/// Pauses a schedule of the organization that `tx` is bound to; false if it has no such schedule. Its tasks go on.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn pause_schedule(tx: &mut PgConnection, id: Uuid) -> Result<bool> {
    sql::query_scalar("select tasks.pause_schedule($1)").bind(id).fetch_one(tx).await
}

/// Lets a paused schedule of the organization that `tx` is bound to go on; false if it has no such schedule.
///
/// What would have come during the pause does not come, whatever its policy: nobody missed it. An interval keeps its beat.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn resume_schedule(tx: &mut PgConnection, id: Uuid) -> Result<bool> {
    let Some(Schedule { line: schedule, .. }) = find_schedule(tx, id).await? else { return Ok(false) };
    let Some(paused_at) = schedule.paused_at else { return Ok(true) };
    let now = now(tx).await?;
    let next_at = Timing::read(schedule.cron.as_deref(), schedule.time_zone.as_deref(), schedule.every)
        .ok()
        .and_then(|timing| timing.resumed(schedule.next_at, now));
    // Times that cannot be read any more: the relay will find the same and say so again.
    let next_at = next_at.unwrap_or(schedule.next_at);
    // False if another resumed it meanwhile, or deleted it: either way it is not paused by what was seen here.
    let _: bool = sql::query_scalar("select tasks.resume_schedule($1, $2, $3)")
        .bind(id)
        .bind(paused_at)
        .bind(next_at)
        .fetch_one(tx)
        .await?;
    Ok(true)
}

/// Deletes a schedule of the organization that `tx` is bound to; false if it has no such schedule. Its tasks stay.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn delete_schedule(tx: &mut PgConnection, id: Uuid) -> Result<bool> {
    sql::query_scalar("select tasks.delete_schedule($1)").bind(id).fetch_one(tx).await
}
