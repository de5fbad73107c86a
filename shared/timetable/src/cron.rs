use chrono::{DateTime, Utc};
use croner::parser::{CronParser, Seconds, Year};

use crate::Zone;
use crate::wall::{self, Wall};

/// Longer patterns are a mistake or an attack.
const LONGEST: usize = 200;

/// How many values each field has: minute, hour, day of month, month, day of week.
const VALUES: [u32; 5] = [60, 24, 31, 12, 7];

/// A cron pattern of five fields, read on the clocks of a time zone.
///
/// Minute, hour, day of month, month, day of week (0 or 7 is Sunday, names too), with `* , - / L W #`, and `@hourly` to
/// `@yearly`. If both days are restricted, either suffices, as in Vixie's cron (crontab(5)), for which a
/// field that begins with `*`, as `*/2`, restricts nothing: beside one, both must hold; so too when clocks are changed: without a
/// `*` at the beginning of minute or hour, the pattern names times of day, each of which comes once a day, also if the clocks skip it
/// (at the first moment after the gap) or repeat it (at its first occurrence). With one, it follows real time: what is skipped
/// does not come, and what is repeated comes again.
#[derive(Debug, Clone)]
pub struct Cron {
    pattern: croner::Cron,
    zone: Zone,
    /// Whether it follows real time.
    flows: bool,
}

impl Cron {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words that follow the name of its field.
    pub fn read(pattern: &str, zone: Zone) -> Result<Self, String> {
        if pattern.len() > LONGEST {
            return Err(format!("must not be longer than {LONGEST} characters"));
        }
        let fields: Vec<&str> = pattern.split_whitespace().collect();
        if let Some(step) =
            fields.iter().zip(VALUES).find_map(|(field, values)| too_long_a_step(field, values))
        {
            return Err(format!("has a step of {step}, which is more than its field has values"));
        }
        let begins_open = |place: usize| fields.get(place).is_some_and(|field| field.starts_with(['*', '?']));
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .dom_and_dow(begins_open(2) || begins_open(4))
            .build();
        let pattern = parser.parse(pattern).map_err(|error| {
            format!("must be a cron pattern of five fields, as \"30 6 * * mon-fri\": {error}")
        })?;
        // An alias, as @hourly, has no fields to look at.
        let flows = match fields.len() {
            1 => pattern.pattern.minutes.from_wildcard || pattern.pattern.hours.from_wildcard,
            _ => begins_open(0) || begins_open(1),
        };
        Ok(Self { pattern, zone, flows })
    }

    /// The first tick later than `time`; none if there will never be one, as on a 30th of February.
    #[must_use]
    pub fn after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.flows {
            let local = time.with_timezone(&self.zone);
            return self.pattern.find_next_occurrence(&local, false).ok().map(|tick| tick.to_utc());
        }
        let mut wall = wall::shown(time, &self.zone);
        loop {
            wall = self.pattern.find_next_occurrence(&wall, false).ok()?;
            match wall::moment(wall, &self.zone) {
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
        let mut wall: Wall = wall::shown(time, &self.zone) + wall::LONGEST_REPETITION;
        loop {
            wall = self.pattern.find_previous_occurrence(&wall, false).ok()?;
            match wall::moment(wall, &self.zone) {
                Some(tick) if tick > time => {}
                tick => return tick,
            }
        }
    }
}

/// The step of a field that passes over all of its values but the first: whoever wrote it meant something else.
fn too_long_a_step(field: &str, values: u32) -> Option<u32> {
    let steps = field.split(',').filter_map(|item| item.split_once('/')?.1.parse().ok());
    steps.into_iter().find(|step| *step > values)
}
