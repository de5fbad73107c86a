//! In how many ways the validator may come to look at one value of an answer: multiplied by anyOf and the like, and by every
//! `$ref`, each of which it follows anew.

use std::collections::HashMap;

use serde_json::Value;

use super::walk::{Applied, keywords};
use crate::programs::BadProgram;
use crate::programs::limits::{SCHEMA_NESTING, SCHEMA_PATHS};

/// How deep answers can be: JSON is not read beyond.
pub(super) const DEEPEST: usize = 128;

/// The ways to a value on each level of an answer; the weights of the schemas on them.
#[derive(Debug)]
pub(super) struct Ways(Vec<u64>);

impl Ways {
    /// Counts them.
    ///
    /// # Errors
    /// On some level there are more than a schema may have, or it goes round in a circle.
    pub(super) fn of(root: &Value) -> Result<Self, BadProgram> {
        let mut counting = Counting { root, known: HashMap::new() };
        let mut ways = Vec::new();
        for level in 0..=DEEPEST {
            let found = counting.ways(root, level, 0)?;
            SCHEMA_PATHS.check(found.ways)?;
            if found.ways == 0 {
                break;
            }
            ways.push(found.weight);
        }
        Ok(Self(ways))
    }

    /// The steps that an answer takes, with so many values on each of its levels.
    pub(super) fn steps(&self, levels: &[u64]) -> u64 {
        let ways = self.0.iter().zip(levels).map(|(ways, values)| ways.saturating_mul(*values));
        ways.fold(0, u64::saturating_add)
    }
}

#[derive(Clone, Copy, Default)]
struct Found {
    ways: u64,
    weight: u64,
}

impl Found {
    fn and(self, other: Self) -> Self {
        Self { ways: self.ways.saturating_add(other.ways), weight: self.weight.saturating_add(other.weight) }
    }

    fn or(self, other: Self) -> Self {
        Self { ways: self.ways.max(other.ways), weight: self.weight.max(other.weight) }
    }

    fn times(self, factor: u64) -> Self {
        Self { ways: self.ways.saturating_mul(factor), weight: self.weight.saturating_mul(factor) }
    }
}

/// Each schema on each level is counted once, by its address.
struct Counting<'a> {
    root: &'a Value,
    known: HashMap<(*const Value, usize), Option<Found>>,
}

impl<'a> Counting<'a> {
    /// The ways to a value that is so many levels below the one that a schema is applied to.
    fn ways(&mut self, schema: &'a Value, level: usize, depth: usize) -> Result<Found, BadProgram> {
        SCHEMA_NESTING.check(depth)?;
        let Some(fields) = schema.as_object() else {
            let here = u64::from(level == 0);
            return Ok(Found { ways: here, weight: here });
        };
        let key = (std::ptr::from_ref(schema), level);
        match self.known.get(&key) {
            Some(Some(found)) => return Ok(*found),
            Some(None) => {
                return Err(BadProgram::invalid("has a $ref that leads back to itself at the same value"));
            }
            None => self.known.insert(key, None),
        };
        let (mut here, mut below, mut one) = (Found::default(), Found::default(), Found::default());
        let mut own = Found { ways: 1, weight: 1 };
        let mut again = 1;
        for (name, applied) in keywords(self.root, fields)? {
            match applied {
                Applied::Nothing(values) => own.weight = own.weight.saturating_add(values as u64),
                Applied::Here(schemas) => {
                    for schema in schemas {
                        here = here.and(self.ways(schema, level, depth + 1)?);
                    }
                }
                Applied::Below(schemas) if level > 0 => {
                    for schema in schemas {
                        below = below.and(self.ways(schema, level - 1, depth + 1)?);
                    }
                }
                Applied::OneBelow(schemas) if level > 0 => {
                    for schema in schemas {
                        one = one.or(self.ways(schema, level - 1, depth + 1)?);
                    }
                }
                Applied::Below(_) | Applied::OneBelow(_) => {}
            }
            // What the neighbours have looked at is found out by looking again.
            if name.starts_with("unevaluated") {
                again = 3;
            }
        }
        let own = if level == 0 { own } else { Found::default() };
        let found = own.and(here.and(below).and(one).times(again));
        self.known.insert(key, Some(found));
        Ok(found)
    }
}
