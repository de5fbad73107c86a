use serde::{Deserialize, Serialize};

/// What becomes of the ticks of a schedule that nobody took up in time, because the system was down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// Nothing: it goes on with the next tick that is on time.
    #[default]
    Skip,
    /// One task for all of them, with the time of the latest.
    One,
    /// A task for each.
    All,
}
