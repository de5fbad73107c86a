use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};

use crate::Zone;

/// What a clock on a wall shows, written as if it were UTC: a line of time without gaps and repetitions.
pub(crate) type Wall = DateTime<Utc>;

/// No clock is put back by more in our times.
pub(crate) const LONGEST_REPETITION: TimeDelta = TimeDelta::hours(4);

/// A whole day, which Samoa left out in 2011, and some.
const LONGEST_GAP: i64 = 26 * 60;

/// What the clocks of `zone` show at `time`.
pub(crate) fn shown(time: DateTime<Utc>, zone: &Zone) -> Wall {
    time.with_timezone(zone).naive_local().and_utc()
}

/// When the clocks of `zone` first show `wall`; if they skip it, the first moment after the gap.
///
/// A later `wall` never has an earlier moment.
pub(crate) fn moment(wall: Wall, zone: &Zone) -> Option<DateTime<Utc>> {
    (0..LONGEST_GAP).find_map(|minutes| {
        let wall = wall.naive_utc().checked_add_signed(TimeDelta::minutes(minutes))?;
        zone.from_local_datetime(&wall).earliest().map(|moment| moment.to_utc())
    })
}
