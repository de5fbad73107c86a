//! SQS, which only wakes: a message says which attempt of which task may start, and decides nothing.
//!
//! Losing, repeating, reordering or forging messages changes nothing but latency.

mod armed;
mod arming;
mod error;
mod memory;
mod message;
mod not_armed;
mod sqs;
mod tick;
mod ticks;

use task::Wake;
use tracing::Instrument as _;

pub use error::SettingsError;
pub use memory::Memory;
pub use message::Message;
pub use not_armed::NotArmed;
pub use sqs::Sqs;
pub use tick::Tick;
pub use ticks::{HeldTick, Ticks};

/// Where wake-up calls go.
#[derive(Debug, Clone)]
pub enum Queue {
    /// One SQS queue per kind.
    Sqs(Sqs),
    /// Its twin in this process, for tests and benchmarks.
    Memory(Memory),
}

/// How a dispatch went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Messages that the queue took.
    pub sent: usize,
    /// Messages that it did not; the relay's sweep repeats them in time.
    pub failed: usize,
}

impl Queue {
    /// The SQS queues whose URLs begin with `QUEUE_URL_PREFIX`; with `SLEEPING_DATABASE=true` also the relay's, at
    /// `TICK_QUEUE_URL`.
    ///
    /// # Errors
    /// If a setting is missing, or the file of `AWS_CA_BUNDLE` cannot be read.
    pub fn from_env() -> Result<Self, SettingsError> {
        Ok(Self::Sqs(Sqs::from_env()?))
    }

    /// Sends wake-up calls, after the commit that asked for them. A failure is counted and logged, never returned:
    /// what was promised in Postgres is kept by the relay.
    pub async fn dispatch(&self, wakes: &[Wake]) -> Dispatched {
        if wakes.is_empty() {
            return Dispatched::default();
        }
        let span = tracing::info_span!(
            target: "trace",
            "dispatch",
            otel.kind = "producer",
            messages = wakes.len(),
            task_id = wakes.first().filter(|_| wakes.len() == 1).map(|wake| tracing::field::display(wake.task_id)),
        );
        let dispatch = async {
            match self {
                Self::Sqs(sqs) => sqs.dispatch(wakes).await,
                Self::Memory(memory) => memory.dispatch(wakes).await,
            }
        };
        dispatch.instrument(span).await
    }
}
