use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use task::Wake;

use crate::armed::Armed;
use crate::{Dispatched, NotArmed, Tick, Ticks};

/// A queue in this process: keeps what is dispatched until it is taken. Delays are kept with the call, not waited for.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    wakes: Arc<Mutex<VecDeque<Wake>>>,
    ticks: Option<Ticks>,
}

impl Memory {
    /// A queue beside a database that may sleep: the relay comes when one of `ticks` says so.
    #[must_use]
    pub fn sleeping(ticks: &Ticks) -> Self {
        Self { ticks: Some(ticks.clone()), ..Self::default() }
    }

    /// The same queue, seen from another process: nobody there knows what is armed here.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self { wakes: self.wakes.clone(), ticks: self.ticks.as_ref().map(Ticks::elsewhere) }
    }

    /// Takes the wake-up calls of a kind, oldest first, at most `limit`.
    #[must_use]
    pub fn take(&self, kind: &str, limit: usize) -> Vec<Wake> {
        let mut wakes = self.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        let mut rest = VecDeque::new();
        while let Some(wake) = wakes.pop_front() {
            if wake.kind == kind && taken.len() < limit { taken.push(wake) } else { rest.push_back(wake) }
        }
        *wakes = rest;
        taken
    }

    /// Takes everything, oldest first; unused, the messages are lost.
    pub fn take_all(&self) -> Vec<Wake> {
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }

    pub(crate) async fn dispatch(&self, wakes: &[Wake]) -> Dispatched {
        if let Some(ticks) = &self.ticks {
            ticks.contact().await;
        }
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner).extend(wakes.iter().cloned());
        if let Some(ticks) = &self.ticks {
            ticks.contact().await;
        }
        Dispatched { sent: wakes.len(), failed: 0 }
    }

    pub(crate) fn armed(&self) -> Option<&Armed> {
        self.ticks.as_ref().map(|ticks| &ticks.armed)
    }

    pub(crate) async fn send_tick(&self, tick: Tick, now: SystemTime) -> Result<(), NotArmed> {
        let Some(ticks) = &self.ticks else { return Ok(()) };
        // To speak with SQS is to wait: a process may die before, and after.
        ticks.contact().await;
        let sent = ticks.send(tick, now);
        ticks.contact().await;
        sent
    }
}
