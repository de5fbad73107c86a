use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The longest delay of a message (SQS `DelaySeconds`); a tick that is due later is handed on until then.
pub(crate) const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// A message to the relay: look at the database when this is due, not before. Until then it touches nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// When, in whole seconds of the epoch.
    pub due: u64,
    /// Whether it covers a commit that may still come. An earlier look does not replace it, as it does a tick that was
    /// armed for what a look had seen.
    pub cover: bool,
}

impl Tick {
    pub(crate) fn cover(due: SystemTime) -> Self {
        Self { due: seconds(due), cover: true }
    }

    pub(crate) fn next(due: SystemTime) -> Self {
        Self { due: seconds(due), cover: false }
    }

    /// A body as it was received. What is not ours is a tick that is due: a look too many harms nobody.
    #[must_use]
    pub fn parse(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or(Self { due: 0, cover: false })
    }

    /// The tick as JSON.
    #[must_use]
    pub fn body(self) -> String {
        format!(r#"{{"due":{},"cover":{}}}"#, self.due, self.cover)
    }

    /// Whether its time has come at `now`. SQS's clock is not ours: a second too early is in time.
    #[must_use]
    pub fn is_due(self, now: SystemTime) -> bool {
        self.time() <= now + Duration::from_secs(1)
    }

    /// How long a message may carry it from `now` on: until it is due, or as long as SQS keeps a message back.
    pub(crate) fn delay(self, now: SystemTime) -> Duration {
        let left = self.time().duration_since(now).unwrap_or_default();
        Duration::from_secs(left.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)).min(LONGEST_DELAY)
    }

    pub(crate) fn time(self) -> SystemTime {
        // Forged or not, a time that a clock can hold: 366 days of countdown and years of cron are far below.
        UNIX_EPOCH + Duration::from_secs(self.due.min(u64::from(u32::MAX)))
    }
}

/// Rounded up: a tick is never early.
fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs() + u64::from(since.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_reads_back_and_rubbish_is_due_at_once() {
        let now = SystemTime::now();
        for tick in [Tick::cover(now), Tick::next(now + LONGEST_DELAY)] {
            assert_eq!(Tick::parse(&tick.body()), tick);
        }
        for rubbish in ["", "{}", "null", r#"{"due":-1}"#, "\u{0}"] {
            assert!(Tick::parse(rubbish).is_due(now), "{rubbish}");
        }
    }

    #[test]
    fn a_tick_is_carried_until_it_is_due_and_never_longer_than_sqs_carries_one() {
        let now = UNIX_EPOCH + Duration::from_millis(1_000_500);
        let delay = |seconds| Tick::next(now + Duration::from_secs(seconds)).delay(now).as_secs();
        assert_eq!([delay(0), delay(30), delay(899), delay(5000)], [1, 31, 900, 900]);
        assert_eq!(Tick { due: 0, cover: false }.delay(now).as_secs(), 0);
        assert_eq!(Tick { due: u64::MAX, cover: true }.delay(now).as_secs(), 900);
    }
}
