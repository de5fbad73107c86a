use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use task::CatchUp;
use timetable::{BadTiming, Timing};
use uuid::Uuid;

use crate::{BadOption, Result, bad_option};

/// A schedule to be made. Either `cron` or `every`.
#[derive(Debug, Clone, Serialize)]
pub struct NewSchedule {
    /// Its name, 1 to 100 characters, unique in its organization.
    pub name: String,
    /// The kind of its tasks.
    pub kind: String,
    /// Their arguments; the caller has checked them against the kind's contract.
    pub args: Value,
    /// What they override of their kind: an object with the fields of [`NewTask`](crate::NewTask) that are no times of day.
    pub options: Value,
    /// A cron pattern of five fields.
    pub cron: Option<String>,
    /// The IANA time zone on whose clocks it is read; UTC if there is none.
    pub time_zone: Option<String>,
    /// An interval in seconds, at least 10.
    pub every: Option<i64>,
    /// What becomes of missed ticks.
    pub catch_up: CatchUp,
}

/// Why a schedule was not made.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Its times cannot be read.
    #[error(transparent)]
    Timing(#[from] BadTiming),
    /// Its task would be refused.
    #[error("{}", .0.detail)]
    Option(BadOption),
    /// Another schedule of the organization has its name.
    #[error("another schedule has this name")]
    NameTaken,
    /// The organization has as many as it may have.
    #[error("an organization has at most 1000 schedules")]
    TooMany,
    /// Postgres did not do it.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A schedule with its first tick, as the verbs read it.
#[derive(Serialize)]
pub(crate) struct Timed {
    #[serde(flatten)]
    schedule: NewSchedule,
    next_at: DateTime<Utc>,
}

impl NewSchedule {
    /// Computes the first tick of a schedule that begins at `now`.
    pub(crate) fn timed(&self, now: DateTime<Utc>) -> std::result::Result<Timed, BadTiming> {
        let timing = Timing::read(self.cron.as_deref(), self.time_zone.as_deref(), self.every)?;
        let mut schedule = self.clone();
        if schedule.cron.is_some() {
            schedule.time_zone.get_or_insert_with(|| "UTC".into());
        }
        Ok(Timed { schedule, next_at: timing.first(now)? })
    }
}

/// Makes a schedule of the organization that `tx` is bound to; answers its id.
///
/// # Errors
/// If it could not start a task, its name is taken, or Postgres could not be asked. Nothing is made then.
pub async fn create_schedule(
    tx: &mut PgConnection,
    schedule: &NewSchedule,
) -> std::result::Result<Uuid, ScheduleError> {
    let timed = schedule.timed(now(tx).await?)?;
    sql::query_scalar("select tasks.create_schedule($1)")
        .bind(Json(timed))
        .fetch_one(tx)
        .await
        .map_err(ScheduleError::from_database)
}

/// What time it is where it counts.
pub(crate) async fn now(connection: &mut PgConnection) -> Result<DateTime<Utc>> {
    sql::query_scalar("select clock_timestamp()").fetch_one(connection).await
}

impl ScheduleError {
    pub(crate) fn from_database(error: sqlx::Error) -> Self {
        if let Some(bad) = bad_option(&error) {
            return Self::Option(bad);
        }
        let known = error.as_database_error();
        if known.is_some_and(|known| known.constraint() == Some("one_schedule_per_name")) {
            return Self::NameTaken;
        }
        // program_limit_exceeded
        if known.is_some_and(|known| known.code().as_deref() == Some("54000")) {
            return Self::TooMany;
        }
        Self::Database(error)
    }
}
