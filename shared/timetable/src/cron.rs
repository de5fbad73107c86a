use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};

use crate::wall::{self, Wall};

/// Longer patterns are a mistake or an attack.
const LONGEST: usize = 200;

/// A cron pattern of five fields, read on the clocks of a time zone.
///
/// Minute, hour, day of month, month, day of week (0 or 7 is Sunday, names too), with `* , - / L W #`, and `@hourly` to
/// `@yearly`. If both days are restricted, either suffices, as in Vixie's cron; so too when clocks are changed: without a
/// `*` in minute and hour, the pattern names times of day, each of which comes once a day, also if the clocks skip it (at the
/// first moment after the gap) or repeat it (at its first occurrence). With one, it follows real time: what is skipped does
/// not come, and what is repeated comes again.
#[derive(Debug, Clone)]
pub struct Cron {
    pattern: croner::Cron,
    zone: Tz,
    /// Whether it follows real time.
    flows: bool,
}

impl Cron {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words that follow the name of its field.
    pub fn read(pattern: &str, zone: Tz) -> Result<Self, String> {
        if pattern.len() > LONGEST {
            return Err(format!("must not be longer than {LONGEST} characters"));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let pattern = parser.parse(pattern).map_err(|error| {
            format!("must be a cron pattern of five fields, as \"30 6 * * mon-fri\": {error}")
        })?;
        let flows = pattern.pattern.minutes.from_wildcard || pattern.pattern.hours.from_wildcard;
        Ok(Self { pattern, zone, flows })
    }

    /// The first tick later than `time`; none if there will never be one, as on a 30th of February.
    #[must_use]
    pub fn after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.flows {
            let local = time.with_timezone(&self.zone);
            return self.pattern.find_next_occurrence(&local, false).ok().map(|tick| tick.to_utc());
        }
        let mut wall = wall::shown(time, self.zone);
        loop {
            wall = self.pattern.find_next_occurrence(&wall, false).ok()?;
            match wall::moment(wall, self.zone) {
                Some(tick) if tick <= time => {}
                tick => return tick,
            }
        }
    }

    /// The last tick not later than `time`.
    #[must_use]
    pub fn until(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.flows {
            let local = time.with_timezone(&self.zone);
            return self.pattern.find_previous_occurrence(&local, true).ok().map(|tick| tick.to_utc());
        }
        let mut wall: Wall = wall::shown(time, self.zone) + wall::LONGEST_REPETITION;
        loop {
            wall = self.pattern.find_previous_occurrence(&wall, false).ok()?;
            match wall::moment(wall, self.zone) {
                Some(tick) if tick > time => {}
                tick => return tick,
            }
        }
    }
}
