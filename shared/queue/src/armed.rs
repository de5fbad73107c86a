use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::tick::Tick;

/// How long after an invocation's end a commit of it may still come: a statement that the server had already received.
const LATE_COMMIT: Duration = Duration::from_secs(15);

/// One tick covers all invocations of an environment that end within so long.
const SHARED_FOR: Duration = Duration::from_secs(30);

/// A tick that was armed is counted on only if it cannot have been delivered yet.
const IN_QUEUE: Duration = Duration::from_secs(5);

/// What this process has armed and SQS has taken: noted after, never before. Losing it costs a tick too many.
#[derive(Debug, Clone, Default)]
pub(crate) struct Armed {
    noted: Arc<Mutex<Noted>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Noted {
    cover: Option<SystemTime>,
    /// The earliest look that is under way, and until when its message is certainly in the queue.
    next: Option<(Tick, SystemTime)>,
}

impl Armed {
    /// The tick that an invocation needs which ends at `deadline`; none if an older one comes after all its commits.
    pub(crate) fn cover(&self, deadline: SystemTime) -> Option<Tick> {
        let over = deadline + LATE_COMMIT;
        let covered = self.with(|noted| noted.cover.is_some_and(|due| due > over));
        (!covered).then(|| Tick::cover(over + SHARED_FOR))
    }

    /// Whether a look will come before `tick`, and will see all that was seen when `tick` was wanted.
    pub(crate) fn comes_before(&self, tick: Tick, now: SystemTime) -> bool {
        // A second of grace: the same moment, computed twice, may be rounded differently.
        let in_time = |other: Tick| other.due <= tick.due + 1;
        let under_way = |(other, until): (Tick, SystemTime)| in_time(other) && until > now + IN_QUEUE;
        self.with(|noted| noted.next.is_some_and(under_way))
    }

    /// Notes that SQS took a tick, which it was sent at `sent`.
    pub(crate) fn note(&self, tick: Tick, sent: SystemTime) {
        let until = sent + tick.delay(sent);
        self.with(|noted| {
            if tick.cover {
                noted.cover = noted.cover.max(Some(tick.time()));
            } else if noted.next.is_none_or(|(other, until)| until <= sent + IN_QUEUE || other.due > tick.due)
            {
                noted.next = Some((tick, until));
            }
        });
    }

    /// Moves what was noted into the past.
    pub(crate) fn pass(&self, time: Duration) {
        self.with(|noted| {
            noted.cover = noted.cover.map(|due| due - time);
            noted.next = noted.next.map(|(tick, until)| (Tick::next(tick.time() - time), until - time));
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Noted) -> T) -> T {
        look(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(now: SystemTime, seconds: u64) -> SystemTime {
        now + Duration::from_secs(seconds)
    }

    #[test]
    fn a_tick_comes_after_every_commit_of_its_invocation_and_serves_those_that_end_soon_after() {
        let (armed, now) = (Armed::default(), SystemTime::now());
        let tick = armed.cover(after(now, 29)).unwrap();
        assert!(tick.time() >= after(now, 29 + 15));
        assert_eq!(armed.cover(after(now, 29)), Some(tick), "what SQS has not taken covers nothing");
        armed.note(tick, now);
        assert_eq!(armed.cover(after(now, 29)), None);
        assert_eq!(armed.cover(after(now, 29 + 29)), None);
        assert!(armed.cover(after(now, 29 + 32)).is_some());
    }

    #[test]
    fn a_look_is_armed_unless_an_earlier_one_is_certainly_still_to_come() {
        let (armed, now) = (Armed::default(), SystemTime::now());
        let at = |seconds| Tick::next(after(now, seconds));
        assert!(!armed.comes_before(at(60), now));
        armed.note(at(60), now);
        assert!(armed.comes_before(at(61), now));
        assert!(!armed.comes_before(at(50), now), "an earlier look is wanted");
        assert!(!armed.comes_before(at(61), after(now, 58)), "it may be there already");
    }

    #[test]
    fn a_look_months_ahead_is_counted_on_until_its_message_arrives() {
        let (armed, now) = (Armed::default(), SystemTime::now());
        let month = Tick::next(after(now, 30 * 86_400));
        armed.note(month, now);
        assert!(armed.comes_before(month, after(now, 800)));
        assert!(!armed.comes_before(month, after(now, 899)), "the message arrives: it is to be handed on");
    }
}
