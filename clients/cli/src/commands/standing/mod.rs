//! What stands until somebody takes it away: schedules, limits, tokens, webhooks.

mod limits;
mod schedules;
mod tokens;
mod webhooks;

pub(crate) use limits::Limits;
pub(crate) use schedules::Schedules;
pub(crate) use tokens::Tokens;
pub(crate) use webhooks::Webhooks;

use uuid::Uuid;

use crate::commands::tasks::whole;
use crate::exit::Failure;

/// The id in what the user gave.
fn id(text: &str, what: &str) -> Result<Uuid, Failure> {
    whole(text).ok_or_else(|| Failure::usage(format!("{text:?} is no id of a {what}: give all of it.")))
}
