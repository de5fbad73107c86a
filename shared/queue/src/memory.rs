use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use task::Wake;

use crate::Dispatched;

/// A queue in this process: keeps what is dispatched until it is taken. Delays are kept with the call, not waited for.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    wakes: Arc<Mutex<VecDeque<Wake>>>,
}

impl Memory {
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

    pub(crate) fn dispatch(&self, wakes: &[Wake]) -> Dispatched {
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner).extend(wakes.iter().cloned());
        Dispatched { sent: wakes.len(), failed: 0 }
    }
}
