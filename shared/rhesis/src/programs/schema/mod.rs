//! JSON Schemas, by jsonschema, which goes every way through a schema and cannot be stopped on it. So the ways are counted
//! before it sees the schema, and multiplied with what an answer has before it sees that.

mod takes;
mod texts;
mod walk;
mod ways;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

pub use self::takes::Takes;
use self::ways::{DEEPEST, Level, States, Ways};
use super::limits::{
    PATTERN_SIZE, PATTERN_STEPS, SCHEMA_LENGTH, SCHEMA_NESTING, SCHEMA_NODES, SCHEMA_PATTERNS, SCHEMA_STEPS,
};
use super::{BadProgram, Pattern, TooMuch};

/// So many steps are taken to say where an answer is wrong; the validator makes an error of each way.
const STEPS_FOR_A_REASON: u64 = 20_000;

/// What the automata of a schema's patterns may take on the way, each, in bytes.
const CACHE: usize = 256 * 1024;

/// The largest of its patterns, compiled, in bytes: the validator counts other than we do.
const MOST_SIZE: usize = PATTERN_SIZE.most as usize * 2;

/// So many states may that be.
const MOST_STATES: usize = MOST_SIZE / 32;

/// A schema that was read, and within all limits that can be known without an answer.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
    ways: Ways,
    takes: Takes,
    size: usize,
}

/// What a schema says of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validity {
    /// It is as the schema says.
    Valid,
    /// It is not; where and why, as far as that can be said in bounded time. Quotes nothing of the answer.
    Invalid(Option<String>),
}

impl Schema {
    /// Reads a schema. It refers to no other document, and its patterns take time linear in a text's length.
    ///
    /// # Errors
    /// It goes beyond a limit, or is no JSON Schema.
    pub fn read(schema: &Value) -> Result<Self, BadProgram> {
        if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
            return Err(BadProgram::invalid("must be a JSON Schema: an object, true or false"));
        }
        let mut length = 0;
        measure(schema, 0, &mut length)?;
        SCHEMA_NODES.check(count(schema))?;
        let mut patterns = Vec::new();
        collect(schema, false, &mut patterns);
        let (mut states, mut size) = (States::new(), length * 16);
        for pattern in patterns.iter().take(SCHEMA_PATTERNS.most as usize) {
            let (its_states, its_size) = match Pattern::read(pattern) {
                Ok(pattern) => (pattern.states(), pattern.size()),
                Err(error @ BadProgram::TooMuch(_)) => return Err(error),
                // It may be one in the syntax of ECMA, which the validator translates; then it is as large as it may be.
                Err(BadProgram::Invalid(_)) => (MOST_STATES, MOST_SIZE),
            };
            states.insert(pattern, its_states as u64);
            size += its_size + CACHE;
        }
        let ways = Ways::of(schema, &states)?;
        SCHEMA_PATTERNS.check(patterns.len())?;
        let draft = Draft::default().detect(schema);
        let options = PatternOptions::regex().size_limit(MOST_SIZE).dfa_size_limit(CACHE);
        let validator = jsonschema::options()
            .with_pattern_options(options)
            .should_validate_formats(true)
            .with_content_media_type("application/json", texts::is_json)
            .with_format("regex", texts::is_regex)
            .build(schema)
            .map_err(|error| {
                BadProgram::invalid(format!("is not a JSON Schema at \"{}\": {error}", error.instance_path()))
            })?;
        let takes = Takes::of(schema, draft, &validator, &ways);
        Ok(Self { validator, ways, takes, size })
    }

    /// What it says of an answer.
    ///
    /// # Errors
    /// It may take more steps than a schema may.
    pub fn judge(&self, answer: &Value) -> Result<Validity, TooMuch> {
        let levels = levels(answer);
        let steps = self.ways.steps(&levels);
        SCHEMA_STEPS.check(steps)?;
        PATTERN_STEPS.check(self.ways.states(&levels))?;
        if self.validator.is_valid(answer) {
            return Ok(Validity::Valid);
        }
        if steps > STEPS_FOR_A_REASON {
            return Ok(Validity::Invalid(None));
        }
        let error = self.validator.validate(answer).err();
        Ok(Validity::Invalid(
            error.map(|error| format!("at \"{}\": {}", error.instance_path(), error.masked())),
        ))
    }

    /// What it takes: whether it says anything.
    pub fn takes(&self) -> Takes {
        self.takes
    }

    /// How many bytes it takes, about.
    pub(super) fn size(&self) -> usize {
        self.size
    }
}

fn measure(value: &Value, depth: usize, length: &mut usize) -> Result<(), TooMuch> {
    SCHEMA_NESTING.check(depth)?;
    match value {
        Value::String(text) => *length += text.len(),
        Value::Array(items) => items.iter().try_for_each(|item| measure(item, depth + 1, length))?,
        Value::Object(fields) => {
            for (key, field) in fields {
                *length += key.len();
                measure(field, depth + 1, length)?;
            }
        }
        _ => {}
    }
    *length += 4;
    SCHEMA_LENGTH.check(*length)
}

/// How many values there are.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Everything that may be a pattern, wherever it stands.
fn collect<'a>(value: &'a Value, are_names: bool, patterns: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, false, patterns)),
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    _ if are_names => patterns.push(key),
                    Value::String(pattern) if key == "pattern" => patterns.push(pattern),
                    _ => {}
                }
                collect(field, key == "patternProperties" && !are_names, patterns);
            }
        }
        _ => {}
    }
}

/// What an answer has on each of its levels.
fn levels(answer: &Value) -> Vec<Level> {
    let mut levels = vec![Level::default(); DEEPEST + 1];
    spread(answer, 0, &mut levels);
    levels
}

fn spread(value: &Value, at: usize, levels: &mut [Level]) {
    if let Some(level) = levels.get_mut(at) {
        level.values += 1;
        level.text += value.as_str().map_or(0, str::len) as u64;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| spread(item, at + 1, levels)),
        Value::Object(fields) => {
            for (key, field) in fields {
                if let Some(below) = levels.get_mut(at + 1) {
                    below.text += key.len() as u64;
                }
                spread(field, at + 1, levels);
            }
        }
        _ => {}
    }
}
