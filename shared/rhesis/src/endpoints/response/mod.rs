//! What an endpoint said, and what is kept of it.

mod answer;
mod mapping;
mod reading;

pub use answer::Answer;
pub(super) use mapping::{Mappings, map, parse, without_mark};

/// The largest response that is read, in bytes.
pub(super) const MAX_RESPONSE: usize = 2 * 1024 * 1024;

/// How much of the body of a refusal is kept, in bytes.
pub(super) const MAX_EXCERPT: usize = 2_000;

/// The key that metrics judge: a response without it is no answer.
pub(super) const OUTPUT: &str = "output";
/// The key that says of a WebSocket's message that it is the last one; not part of the answer.
pub(super) const DONE: &str = "done";
