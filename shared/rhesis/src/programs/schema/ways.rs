//! In how many ways the validator may come to look at one value of an answer: multiplied by anyOf and the like, and by every
//! `$ref`, each of which it follows anew.

use std::collections::HashMap;

use serde_json::Value;

use super::walk::{Applied, keywords};
use crate::programs::BadProgram;
use crate::programs::limits::{SCHEMA_NESTING, SCHEMA_PATHS};

/// How deep answers can be: JSON is not read beyond.
pub(super) const DEEPEST: usize = 128;

/// So many bytes of a text that a format is looked for in are a step.
const BYTES_OF_A_STEP: u64 = 16;

/// What is done on all ways to a value, for each level of an answer.
#[derive(Debug)]
pub(super) struct Ways(Vec<Found>);

/// What an answer has on one of its levels. The names of an object are on the level of its values.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    pub(super) values: u64,
    /// The length of all texts, in bytes.
    pub(super) text: u64,
}

/// How many states each pattern of a schema has.
pub(super) type States<'a> = HashMap<&'a str, u64>;

impl Ways {
    /// Counts them.
    ///
    /// # Errors
    /// On some level there are more than a schema may have, or it goes round in a circle.
    pub(super) fn of(root: &Value, states: &States<'_>) -> Result<Self, BadProgram> {
        let mut counting = Counting { root, states, known: HashMap::new() };
        let mut ways = Vec::new();
        for level in 0..=DEEPEST {
            let found = counting.ways(root, level, 0)?;
            SCHEMA_PATHS.check(found.ways)?;
            if found.ways == 0 {
                break;
            }
            ways.push(found);
        }
        Ok(Self(ways))
    }

    /// The steps that an answer takes, with this on each of its levels.
    pub(super) fn steps(&self, levels: &[Level]) -> u64 {
        self.sum(levels, |found, level| {
            let read = (level.text / BYTES_OF_A_STEP).saturating_mul(found.formats);
            found.weight.saturating_mul(level.values).saturating_add(read)
        })
    }

    /// The states times bytes that its texts take.
    pub(super) fn states(&self, levels: &[Level]) -> u64 {
        self.sum(levels, |found, level| found.states.saturating_mul(level.text))
    }

    fn sum(&self, levels: &[Level], of: impl Fn(&Found, &Level) -> u64) -> u64 {
        self.0.iter().zip(levels).map(|(found, level)| of(found, level)).fold(0, u64::saturating_add)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Found {
    ways: u64,
    /// The values in the schemas on them.
    weight: u64,
    /// How often a text is looked at as a whole: is it a date, is it JSON.
    formats: u64,
    /// The states of the patterns that are looked for in a text.
    states: u64,
}

impl Found {
    fn and(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    fn or(self, other: Self) -> Self {
        self.with(other, u64::max)
    }

    fn times(self, factor: u64) -> Self {
        self.with(self, |of, _| of.saturating_mul(factor))
    }

    fn with(self, other: Self, both: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            ways: both(self.ways, other.ways),
            weight: both(self.weight, other.weight),
            formats: both(self.formats, other.formats),
            states: both(self.states, other.states),
        }
    }
}

/// Each schema on each level is counted once, by its address.
struct Counting<'a> {
    root: &'a Value,
    states: &'a States<'a>,
    known: HashMap<(*const Value, usize), Option<Found>>,
}

impl<'a> Counting<'a> {
    /// The ways to a value that is so many levels below the one that a schema is applied to.
    fn ways(&mut self, schema: &'a Value, level: usize, depth: usize) -> Result<Found, BadProgram> {
        SCHEMA_NESTING.check(depth)?;
        let Some(fields) = schema.as_object() else {
            let here = u64::from(level == 0);
            return Ok(Found { ways: here, weight: here, ..Found::default() });
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
        let mut own = Found { ways: 1, weight: 1, ..Found::default() };
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
            match (name, &fields[name]) {
                ("pattern", Value::String(pattern)) => {
                    own.states = own.states.saturating_add(self.of(pattern))
                }
                ("format" | "contentMediaType" | "contentEncoding", _) => own.formats += 1,
                // Looked for in each name, and by `additionalProperties` once more.
                ("patternProperties", Value::Object(patterns)) if level == 1 => {
                    let states = patterns.keys().map(|pattern| self.of(pattern)).fold(0, u64::saturating_add);
                    below.states = below.states.saturating_add(states.saturating_mul(2));
                }
                _ => {}
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

    /// The states of a pattern.
    fn of(&self, pattern: &str) -> u64 {
        self.states.get(pattern).copied().unwrap_or_default()
    }
}
