use chrono::{DateTime, TimeDelta, Utc};
use task::CatchUp;

use crate::Timing;

/// How late a tick may be taken up and still be on time: two rounds of the relay, which comes every minute.
pub const GRACE: TimeDelta = TimeDelta::minutes(2);

/// The most ticks that are taken up at once; the rest follow in the next round.
pub const AT_ONCE: usize = 1000;

/// What a schedule owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The times that a task is to be started for, in order, at most [`AT_ONCE`].
    pub ticks: Vec<DateTime<Utc>>,
    /// The tick to wait for after them; not later than the `now` of the question if there was more than [`AT_ONCE`].
    pub next_at: DateTime<Utc>,
}

impl Timing {
    /// What a schedule owes at `now` that waits for the tick `next_at`. None if it would never tick again.
    ///
    /// As long as nothing was missed, every tick is due by itself, whatever the policy.
    #[must_use]
    pub fn due(&self, next_at: DateTime<Utc>, now: DateTime<Utc>, catch_up: CatchUp) -> Option<Due> {
        if next_at > now {
            return Some(Due { ticks: Vec::new(), next_at });
        }
        if now - next_at > GRACE && catch_up != CatchUp::All {
            let latest = self.until(next_at, now);
            let wanted = catch_up == CatchUp::One || now - latest <= GRACE;
            let ticks = wanted.then_some(latest).into_iter().collect();
            return Some(Due { ticks, next_at: self.after(latest, now)? });
        }
        let mut ticks = Vec::new();
        let mut next = next_at;
        while next <= now && ticks.len() < AT_ONCE {
            ticks.push(next);
            next = self.after(next, next)?;
        }
        Some(Due { ticks, next_at: next })
    }

    /// The tick to wait for when a schedule that waited for `next_at` goes on at `now` after a pause: nothing is made up for.
    #[must_use]
    pub fn resumed(&self, next_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if next_at > now { Some(next_at) } else { self.after(next_at, now) }
    }
}
