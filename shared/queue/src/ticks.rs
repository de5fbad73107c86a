use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::armed::Armed;
use crate::{NotArmed, Tick};

/// The relay's queue in this process, with what makes it one: delays, and a message that nobody acknowledges comes again.
///
/// Time passes when [`pass`](Self::pass) says so.
#[derive(Debug, Clone, Default)]
pub struct Ticks {
    inner: Arc<Mutex<Inner>>,
    pub(crate) armed: Armed,
}

#[derive(Debug, Default)]
struct Inner {
    held: Vec<HeldTick>,
    sent: u64,
    refusing: bool,
    contacts: u64,
    fatal: Option<u64>,
    dead: bool,
}

/// A tick as the queue holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldTick {
    /// Its message's number.
    pub id: u64,
    /// The tick.
    pub tick: Tick,
    /// When it is delivered, for the first time or again.
    pub visible_at: SystemTime,
}

impl Ticks {
    /// Delivers what is visible and keeps it back for `visibility`; what is not deleted by then comes again.
    #[must_use]
    pub fn receive(&self, visibility: Duration) -> Vec<HeldTick> {
        let now = SystemTime::now();
        self.with(|inner| {
            let visible = inner.held.iter_mut().filter(|held| held.visible_at <= now);
            visible
                .map(|held| {
                    held.visible_at = now + visibility;
                    *held
                })
                .collect()
        })
    }

    /// Forgets ticks that were handled.
    pub fn delete(&self, handled: &[HeldTick]) {
        self.with(|inner| inner.held.retain(|held| handled.iter().all(|tick| tick.id != held.id)));
    }

    /// What the queue holds, delivered or not.
    #[must_use]
    pub fn held(&self) -> Vec<HeldTick> {
        self.with(|inner| inner.held.clone())
    }

    /// How many ticks were ever sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.with(|inner| inner.sent)
    }

    /// From now on takes nothing, or everything again.
    pub fn refuse(&self, refusing: bool) {
        self.with(|inner| inner.refusing = refusing);
    }

    /// Lets the process die that makes the `contact`th contact with SQS from now on, counted from 1: it waits there for
    /// ever. Every send is two, one before and one after SQS has taken it.
    pub fn die_at(&self, contact: u64) {
        self.with(|inner| (inner.contacts, inner.fatal, inner.dead) = (0, Some(contact), false));
    }

    /// Whether the process has died that was to.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.with(|inner| inner.dead)
    }

    /// Waits, as one waits for SQS; a process that dies here waits for ever.
    pub(crate) async fn contact(&self) {
        let dies = self.with(|inner| {
            inner.contacts += 1;
            let dies = inner.fatal == Some(inner.contacts);
            inner.dead |= dies;
            dies
        });
        if dies {
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
    }

    /// Moves everything in the queue into the past, as if so much time had gone by.
    pub fn pass(&self, time: Duration) {
        self.armed.pass(time);
        self.with(|inner| {
            for held in &mut inner.held {
                held.visible_at -= time;
                held.tick.due = held.tick.due.saturating_sub(time.as_secs());
            }
        });
    }

    pub(crate) fn elsewhere(&self) -> Self {
        Self { inner: self.inner.clone(), armed: Armed::default() }
    }

    pub(crate) fn send(&self, tick: Tick, now: SystemTime) -> Result<(), NotArmed> {
        self.with(|inner| {
            if inner.refusing {
                return Err(NotArmed);
            }
            inner.sent += 1;
            inner.held.push(HeldTick { id: inner.sent, tick, visible_at: now + tick.delay(now) });
            Ok(())
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        look(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
