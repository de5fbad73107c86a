//! JSON paths, by `serde_json_path`, which cannot be bounded from inside: it collects every list of values whole. So what a path
//! may cost is read off its text, and multiplied with what the answer has, before it is let loose on it.

mod scan;

use std::cell::{OnceCell, RefCell};

use serde_json::Value;
use serde_json_path::JsonPath;

use self::scan::{Shape, scan};
use super::budget::Left;
use super::limits::{MAPPED_SIZE, PATH_STEPS};
use super::{BadProgram, TooMuch};

/// What a JSON value takes beside its text, in bytes; and a field of an object beside its value.
const VALUE: u64 = 32;
const FIELD: u64 = 48;

/// A path that was read, and within all limits that can be known without an answer.
#[derive(Debug)]
pub struct Path {
    path: JsonPath,
    shape: Shape,
}

/// What all paths of an endpoint may cost on all that it says in one call.
#[derive(Debug)]
pub struct Allowance {
    steps: RefCell<Left>,
    copied: RefCell<Left>,
}

/// An answer in which paths find something.
#[derive(Debug)]
pub struct Searched<'a, 'b> {
    answer: &'a Value,
    size: OnceCell<Size>,
    allowance: &'b Allowance,
}

/// What an answer has, as far as it matters for paths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Size {
    /// Its values, those in lists and objects included.
    values: u64,
    /// How many lists and objects are in one another.
    levels: u64,
    /// What it takes in memory, in bytes.
    weight: u64,
}

impl Size {
    fn of(answer: &Value) -> Self {
        let mut size = Self::default();
        size.count(answer, 1);
        size
    }

    fn count(&mut self, value: &Value, level: u64) {
        self.values += 1;
        self.levels = self.levels.max(level);
        self.weight += VALUE;
        match value {
            Value::String(text) => self.weight += text.len() as u64,
            Value::Array(items) => items.iter().for_each(|item| self.count(item, level + 1)),
            Value::Object(fields) => {
                for (key, field) in fields {
                    self.weight += FIELD + key.len() as u64;
                    self.count(field, level + 1);
                }
            }
            _ => {}
        }
    }
}

impl Default for Allowance {
    fn default() -> Self {
        Self { steps: Left::all_of(&PATH_STEPS).into(), copied: Left::all_of(&MAPPED_SIZE).into() }
    }
}

impl Allowance {
    /// An answer, or a part of it.
    pub fn search<'a>(&self, answer: &'a Value) -> Searched<'a, '_> {
        Searched { answer, size: OnceCell::new(), allowance: self }
    }
}

impl Searched<'_, '_> {
    /// A part of it, to keep.
    ///
    /// # Errors
    /// With what was copied before it is more than may be copied.
    pub fn copy(&self, part: &Value) -> Result<Value, TooMuch> {
        self.allowance.copied.borrow_mut().take(Size::of(part).weight)?;
        Ok(part.clone())
    }
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// It goes beyond a limit, or is no JSON path.
    pub fn read(path: &str) -> Result<Self, BadProgram> {
        let shape = scan(path)?;
        let path = JsonPath::parse(path)
            .map_err(|error| BadProgram::invalid(format!("is not a JSONPath: {error}")))?;
        Ok(Self { path, shape })
    }

    /// What it finds in an answer.
    ///
    /// # Errors
    /// With the paths before it, it may take more steps than paths may.
    pub fn find<'a>(&self, searched: &Searched<'a, '_>) -> Result<Vec<&'a Value>, TooMuch> {
        let steps = match self.shape.is_singular {
            true => self.shape.parts,
            false => self.shape.steps(*searched.size.get_or_init(|| Size::of(searched.answer))),
        };
        searched.allowance.steps.borrow_mut().take(steps)?;
        Ok(self.path.query(searched.answer).all())
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.path.fmt(f)
    }
}

impl Shape {
    /// The most steps that it can take. Wildcards, slices and filters look at each child of a value once, so they go through an
    /// answer once at most, however many there are; only selectors beside one another, descents and queries from the root
    /// make it more.
    fn steps(&self, size: Size) -> u64 {
        let descents = size.levels.saturating_pow(self.descents);
        let from_root = size.values.saturating_pow(self.from_root);
        (size.values.saturating_mul(self.selectors))
            .saturating_mul(descents)
            .saturating_mul(from_root)
            .saturating_mul(self.parts.div_ceil(4).max(1))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_path_may_cost_is_read_off_its_text() {
        let shape = |path: &str| scan(path).unwrap();
        assert!(shape("$.choices[0].message['content']").is_singular);
        let wide = shape("$[*,*,*][0, 'a,b']");
        assert_eq!((wide.selectors, wide.is_singular), (6, false));
        assert_eq!(shape("$..a..*").descents, 2);
        assert_eq!(shape("$.a[?@.b == $.c && @.d == '$']").from_root, 1);
        assert_eq!(shape("$[?count(@.a[1,2]) > 1, ?@.b]").selectors, 4);
    }

    #[test]
    fn the_size_of_an_answer_is_its_values_and_levels() {
        assert_eq!(Size::of(&json!("abc")), Size { values: 1, levels: 1, weight: VALUE + 3 });
        let size = Size::of(&json!({"a": [1, {"b": 2}]}));
        assert_eq!((size.values, size.levels, size.weight), (5, 4, 5 * VALUE + 2 * (FIELD + 1)));
    }
}
