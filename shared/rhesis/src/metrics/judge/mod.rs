//! Judging by a language model: what it is told, how it is asked, and what of its reply counts.

mod ask;
mod message;
mod prompt;
mod reply;

pub(super) use ask::score;
