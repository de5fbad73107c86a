//! JSON paths, by `serde_json_path`, which cannot be bounded from inside: it collects every list of values whole. So what a path
//! may cost is read off its text, and multiplied with what the answer has, before it is let loose on it.

mod place;
mod scan;
mod slices;

use std::cell::{OnceCell, RefCell};

use serde_json::Value;
use serde_json::value::RawValue;
use serde_json_path::JsonPath;

use self::place::{Step, steps};
use self::scan::{Shape, scan};
use super::budget::Left;
use super::limits::{MAPPED_SIZE, PARSED_SIZE, PATH_STEPS};
use super::{BadProgram, Size, TooMuch, held};

/// What a step of a search takes in memory, in bytes: a place in the lists that the library collects.
const STEP: u64 = 16;

/// The least that a value which is kept takes, in bytes.
const KEPT: u64 = 32;

/// A path that was read, and within all limits that can be known without an answer.
#[derive(Debug)]
pub struct Path {
    path: JsonPath,
    shape: Shape,
    /// Of a path that finds one value at most: for that no answer has to be parsed.
    steps: Option<Vec<Step>>,
}

/// What all paths of an endpoint may cost on all that it says in one call.
#[derive(Debug)]
pub struct Allowance {
    steps: RefCell<Left>,
    kept: RefCell<Left>,
}

/// An answer in which paths find something: a JSON text, which is parsed as a whole only for a path that may find several values.
#[derive(Debug)]
pub struct Searched<'a, 'b> {
    answer: &'a RawValue,
    size: OnceCell<Size>,
    parsed: OnceCell<Value>,
    allowance: &'b Allowance,
}

/// Why nothing can be found in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsearchable {
    /// It would cost too much.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// A text in it is no Unicode, or it is nested too deeply.
    #[error("cannot be searched: the response is no JSON that can be parsed: line {line}, column {column}")]
    Unparsable {
        /// Where.
        line: usize,
        /// Where in that line.
        column: usize,
    },
}

impl Default for Allowance {
    fn default() -> Self {
        Self { steps: Left::all_of(&PATH_STEPS).into(), kept: Left::all_of(&MAPPED_SIZE).into() }
    }
}

impl Allowance {
    /// An answer, or a part of it.
    pub fn search<'a>(&self, answer: &'a RawValue) -> Searched<'a, '_> {
        Searched { answer, size: OnceCell::new(), parsed: OnceCell::new(), allowance: self }
    }

    /// Takes what is to be kept of an answer, in bytes of memory.
    ///
    /// # Errors
    /// With what was kept before it is more than may be kept.
    pub fn keep(&self, weight: u64) -> Result<(), TooMuch> {
        self.kept.borrow_mut().take(weight)
    }

    /// What was kept is kept no longer.
    pub fn forget(&self) {
        *self.kept.borrow_mut() = Left::all_of(&MAPPED_SIZE);
    }
}

impl<'a> Searched<'a, '_> {
    /// The answer itself.
    pub fn answer(&self) -> &'a RawValue {
        self.answer
    }

    /// What keeps count of it.
    pub fn allowance(&self) -> &Allowance {
        self.allowance
    }

    fn size(&self) -> Size {
        *self.size.get_or_init(|| Size::of(self.answer.get()))
    }

    fn parsed(&self) -> Result<&Value, Unsearchable> {
        if let Some(parsed) = self.parsed.get() {
            return Ok(parsed);
        }
        PARSED_SIZE.check(self.size().weight)?;
        let parsed = match serde_json::from_str(self.answer.get()) {
            Ok(parsed) => parsed,
            // A number beyond all doubles is found like any other value.
            Err(error) => held(self.answer)
                .ok_or(Unsearchable::Unparsable { line: error.line(), column: error.column() })?,
        };
        Ok(self.parsed.get_or_init(|| parsed))
    }
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// It goes beyond a limit, or is no JSON path.
    pub fn read(path: &str) -> Result<Self, BadProgram> {
        let shape = scan(path)?;
        let read = JsonPath::parse(path)
            .map_err(|error| BadProgram::invalid(format!("is not a JSONPath: {error}")))?;
        let steps = if shape.is_singular { steps(path) } else { None };
        Ok(Self { path: read, shape, steps })
    }

    /// What it finds first in an answer, as it stands there.
    ///
    /// # Errors
    /// With the paths before it, it may take more steps than paths may; or the answer is too large to be parsed for it.
    pub fn first<'a>(&self, searched: &Searched<'a, '_>) -> Result<Option<&'a RawValue>, Unsearchable> {
        self.find(searched, 1).map(|found| found.first().copied())
    }

    /// All that it finds in an answer, as it stands there.
    ///
    /// # Errors
    /// As those of [`first`](Self::first); and it finds more than may be kept.
    pub fn all<'a>(&self, searched: &Searched<'a, '_>) -> Result<Vec<&'a RawValue>, Unsearchable> {
        self.find(searched, usize::MAX)
    }

    fn find<'a>(&self, searched: &Searched<'a, '_>, most: usize) -> Result<Vec<&'a RawValue>, Unsearchable> {
        if let Some(steps) = &self.steps {
            searched.allowance.steps.borrow_mut().take(self.shape.parts)?;
            return Ok(place::find(searched.answer, steps).into_iter().collect());
        }
        searched.allowance.steps.borrow_mut().take(self.shape.steps(searched.size()))?;
        let parsed = searched.parsed()?;
        let mut found = self.path.query(parsed).all();
        found.truncate(most);
        MAPPED_SIZE.check(found.len() as u64 * KEPT)?;
        Ok(slices::slices(searched.answer, parsed, &found))
    }

    /// Whether it finds one value at most, so that an answer need not be parsed for it.
    pub fn is_singular(&self) -> bool {
        self.steps.is_some()
    }

    /// What it takes in memory to find something in an answer of this size, in bytes, beside the answer.
    pub fn memory(&self, size: Size) -> u64 {
        if self.is_singular() { 0 } else { self.shape.steps(size).min(PATH_STEPS.most) * STEP }
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
    fn what_is_found_is_as_it_stands_in_the_answer() {
        let json =
            r#"[{"a": 1e2, "b": {"z": -0, "a": 1}}, {"a": 12345678901234567890123, "b": null, "a": 0.10}]"#;
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        let found = |path: &str| -> Vec<&str> {
            let allowance = Allowance::default();
            let found = Path::read(path).unwrap().all(&allowance.search(raw)).unwrap();
            found.into_iter().map(RawValue::get).collect()
        };
        assert_eq!(found("$[*].a"), ["1e2", "0.10"]);
        assert_eq!(found("$[0,0].a"), ["1e2", "1e2"]);
        assert_eq!(found("$[?@.a == 100].b"), [r#"{"z": -0, "a": 1}"#]);
        assert_eq!(found("$..z"), ["-0"]);
        assert_eq!(found("$[-1].a"), ["0.10"]);
        assert_eq!(found("$..*").len(), 8);
    }
}
