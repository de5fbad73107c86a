//! Whether a schema says anything: whether there is JSON that it takes, and JSON that it does not.
//!
//! It is tried on some values first, which decides for nearly every schema. What takes them all is taken for one that takes
//! everything only if that follows from what its keywords mean in its draft: what cannot be shown is not so.

mod choice;
mod ecma;
mod kinds;
mod proof;
mod samples;
mod words;

use jsonschema::{Draft, Validator};
use serde_json::Value;

use self::proof::Proof;
use super::ways::Ways;

/// The steps for all samples: a few milliseconds.
const STEPS: u64 = 50_000;

/// What a JSON Schema takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Every JSON that an answer can be.
    All,
    /// Some and not others, or it is not known.
    Some,
    /// No JSON at all.
    None,
}

impl Takes {
    pub(super) fn of(schema: &Value, draft: Draft, validator: &Validator, ways: &Ways) -> Self {
        let (mut took, mut refused, mut left) = (false, false, STEPS);
        for sample in samples::of(schema) {
            let steps = ways.steps(&super::levels(&sample)).max(1);
            let Some(rest) = left.checked_sub(steps) else { break };
            left = rest;
            match validator.is_valid(&sample) {
                true => took = true,
                false => refused = true,
            }
            if took && refused {
                return Self::Some;
            }
        }
        let part = Proof::of(schema, draft);
        match (part.is_all() && !refused, part.is_none() && !took) {
            (true, _) => Self::All,
            (_, true) => Self::None,
            _ => Self::Some,
        }
    }
}

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;
