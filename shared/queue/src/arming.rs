use std::time::{Duration, SystemTime};

use crate::armed::Armed;
use crate::tick::Tick;
use crate::{NotArmed, Queue, Sqs};

/// What wakes the relay where the database may sleep. Where it may not, the relay has its minute, and these do nothing.
impl Queue {
    /// Whether the database may sleep, so that the relay comes only when a tick says so.
    #[must_use]
    pub fn sleeps(&self) -> bool {
        self.armed().is_some()
    }

    /// Arms a tick that comes after every commit of an invocation that ends at `deadline`. Call it before the first.
    ///
    /// # Errors
    /// If SQS did not take it: then nothing may be written.
    pub async fn cover(&self, deadline: SystemTime) -> Result<(), NotArmed> {
        match self.armed().and_then(|armed| armed.cover(deadline)) {
            Some(tick) => self.arm(tick).await,
            None => Ok(()),
        }
    }

    /// Arms the relay's next look, unless an earlier one is under way.
    ///
    /// # Errors
    /// If SQS did not take it.
    pub async fn look_in(&self, wait: Duration) -> Result<(), NotArmed> {
        self.hand_on(Tick::next(SystemTime::now() + wait)).await
    }

    /// Sends the relay to look now.
    ///
    /// # Errors
    /// If SQS did not take the tick.
    pub async fn look_now(&self) -> Result<(), NotArmed> {
        if self.sleeps() { self.arm(Tick { due: 0, cover: false }).await } else { Ok(()) }
    }

    /// Hands a tick on that arrived before it was due: as it is, lest it came a second later each time.
    ///
    /// # Errors
    /// If SQS did not take it.
    pub async fn hand_on(&self, tick: Tick) -> Result<(), NotArmed> {
        let needless = |armed: &Armed| !tick.cover && armed.comes_before(tick, SystemTime::now());
        if self.armed().is_some_and(needless) { Ok(()) } else { self.arm(tick).await }
    }

    async fn arm(&self, tick: Tick) -> Result<(), NotArmed> {
        let Some(armed) = self.armed() else { return Ok(()) };
        let sent = SystemTime::now();
        match self {
            Self::Sqs(sqs) => sqs.send_tick(tick, sent).await?,
            Self::Memory(memory) => memory.send_tick(tick, sent).await?,
        }
        if tick.due > 0 {
            armed.note(tick, sent);
        }
        Ok(())
    }

    fn armed(&self) -> Option<&Armed> {
        match self {
            Self::Sqs(Sqs { ticks, .. }) => ticks.as_ref().map(|ticks| &ticks.armed),
            Self::Memory(memory) => memory.armed(),
        }
    }
}
