//! When a schedule ticks: by a cron pattern on the clocks of a place, or every so many seconds.
//!
//! Knows no database and no clock: times come in, times go out, all in UTC.

mod cron;
mod due;
mod timing;
mod wall;
mod zone;

pub use cron::Cron;
pub use due::{AT_ONCE, Due, GRACE};
pub use timing::{BadTiming, SHORTEST, Timing};
pub use zone::{RULES, Zone};
