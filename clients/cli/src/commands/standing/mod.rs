//! What stands until somebody takes it away: schedules, limits, tokens, webhooks.

mod limits;
mod schedules;
mod tokens;
mod webhooks;

pub(crate) use limits::Limits;
pub(crate) use schedules::Schedules;
pub(crate) use tokens::Tokens;
pub(crate) use webhooks::Webhooks;
