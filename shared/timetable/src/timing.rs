use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use crate::{Cron, Zone};

/// The shortest interval, in seconds. The relay comes once a minute and starts what became due since: at 10 s that is six
/// tasks together. Who needs it more often needs a loop in a task, not a schedule.
pub const SHORTEST: i64 = 10;

/// The longest interval: 366 days.
const LONGEST: i64 = 366 * 24 * 3600;

/// When a schedule ticks.
#[derive(Debug, Clone)]
pub enum Timing {
    /// At the times of a cron pattern.
    Cron(Box<Cron>),
    /// Every so many seconds since the first tick, whatever the clocks of a place do.
    Every(TimeDelta),
}

/// A timing that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {detail}")]
pub struct BadTiming {
    /// Which of `cron`, `time_zone` and `every`.
    pub field: &'static str,
    /// What is wrong with it, in words that follow the field's name.
    pub detail: String,
}

impl Timing {
    /// Reads either a pattern, with an IANA time zone (UTC if there is none), or a number of seconds.
    ///
    /// # Errors
    /// The field that is wrong, contradicts another, or is missing.
    pub fn read(cron: Option<&str>, time_zone: Option<&str>, every: Option<i64>) -> Result<Self, BadTiming> {
        let bad = |field, detail: &str| Err(BadTiming { field, detail: detail.into() });
        match (cron, time_zone, every) {
            (Some(_), _, Some(_)) => bad("every", "contradicts cron: give one of them"),
            (None, _, None) => bad("cron", "is missing: give cron or every"),
            (None, Some(_), Some(_)) => bad("time_zone", "belongs to cron: an interval knows no clocks"),
            (None, None, Some(seconds)) if (SHORTEST..=LONGEST).contains(&seconds) => {
                Ok(Self::Every(TimeDelta::seconds(seconds)))
            }
            (None, None, Some(_)) => bad("every", &format!("must be {SHORTEST} to {LONGEST} seconds")),
            (Some(pattern), zone, None) => {
                let Some(zone) = Zone::named(zone.unwrap_or("UTC")) else {
                    return bad("time_zone", "must be the name of an IANA time zone, as Europe/Berlin");
                };
                Cron::read(pattern, zone)
                    .map(|cron| Self::Cron(Box::new(cron)))
                    .map_err(|detail| BadTiming { field: "cron", detail })
            }
        }
    }

    /// The first tick of a schedule that begins at `now`.
    ///
    /// # Errors
    /// If it would never tick.
    pub fn first(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, BadTiming> {
        // Whole seconds, so that the time that a task is told reads the same everywhere.
        let second = now.duration_trunc(TimeDelta::seconds(1)).unwrap_or(now);
        self.after(second, now).ok_or_else(|| BadTiming { field: "cron", detail: "never comes".into() })
    }

    /// The first tick later than `now`, given any `tick`.
    pub(crate) fn after(&self, tick: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Cron(cron) => cron.after(now),
            Self::Every(every) => Some(self.until(tick, now) + *every),
        }
    }

    /// The last tick not later than `now`, given a `tick` before it.
    pub(crate) fn until(&self, tick: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Cron(cron) => cron.until(now).map_or(tick, |last| last.max(tick)),
            Self::Every(every) => {
                tick + TimeDelta::seconds(
                    (now - tick).num_seconds() / every.num_seconds() * every.num_seconds(),
                )
            }
        }
    }
}
