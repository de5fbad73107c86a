use catalog::{Schedule, When};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};

use super::new::{ScheduleError, now};
use crate::{BadOption, NewSchedule};

/// Makes the system schedules what the code declares: new ones come, changed ones change, others go. A pause survives.
///
/// `connection` is the database's owner, after the migrations. Safe to repeat, and to run twice at once.
///
/// # Errors
/// If a declared schedule could not start its task, or Postgres could not be asked. Nothing is changed then.
pub async fn declare_schedules(
    connection: &mut PgConnection,
    declared: &[Schedule],
) -> std::result::Result<(), ScheduleError> {
    let schedules = declared.iter().map(NewSchedule::declared).collect::<Result<Vec<_>, _>>()?;
    let mut tx = connection.begin().await?;
    let now = now(&mut tx).await?;
    let timed = schedules.iter().map(|schedule| schedule.timed(now)).collect::<Result<Vec<_>, _>>()?;
    sql::query("select tasks.declare_schedules($1)")
        .bind(Json(timed))
        .execute(&mut *tx)
        .await
        .map_err(ScheduleError::from_database)?;
    Ok(tx.commit().await?)
}

impl NewSchedule {
    fn declared(declared: &Schedule) -> std::result::Result<Self, ScheduleError> {
        let bad = |option: String, detail: String| {
            let detail = format!("{option} of the schedule {}: {detail}", declared.name);
            ScheduleError::Option(BadOption { option, index: 0, detail })
        };
        let args: Value =
            serde_json::from_str(declared.args).map_err(|error| bad("args".into(), error.to_string()))?;
        let spec = catalog::find(declared.kind)
            .ok_or_else(|| bad("kind".into(), format!("there is no task of the kind {}", declared.kind)))?;
        spec.check(&args).map_err(|unfit| bad(unfit.field, unfit.detail))?;
        let (cron, time_zone, every) = match declared.when {
            When::Cron { pattern, time_zone } => (Some(pattern.into()), Some(time_zone.into()), None),
            When::Every { seconds } => (None, None, Some(seconds)),
        };
        Ok(Self {
            name: declared.name.into(),
            kind: declared.kind.into(),
            args,
            options: Value::Object(serde_json::Map::new()),
            cron,
            time_zone,
            every,
            catch_up: declared.catch_up,
        })
    }
}
