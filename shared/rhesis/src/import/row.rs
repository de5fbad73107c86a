use super::Problem;

/// The longest prompt and the longest expected answer, in bytes: 1 MiB. Ten of each, and what is made of them, fit a function's memory.
pub const LONGEST: usize = 1024 * 1024;

/// One test to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the endpoint is asked; not empty, at most [`LONGEST`] bytes.
    pub prompt: String,
    /// The answer that is expected, as it was written; at most [`LONGEST`] bytes.
    pub expected: Option<String>,
}

/// What is wrong with a row, wherever it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The field, if it is one.
    pub field: Option<&'static str>,
    /// What is wrong, in words that follow the field's name.
    pub reason: String,
}

impl Row {
    /// A row of these texts, or what is wrong with them.
    pub fn new(prompt: String, expected: Option<String>) -> Result<Self, Flaw> {
        if prompt.trim().is_empty() {
            return Err(Flaw::of("prompt", "is empty"));
        }
        let expected = expected.filter(|text| !text.trim().is_empty());
        for (field, text) in [("prompt", Some(&prompt)), ("expected", expected.as_ref())] {
            if text.is_some_and(|text| text.len() > LONGEST) {
                return Err(Flaw::of(field, &format!("has more than {LONGEST} bytes")));
            }
            if text.is_some_and(|text| text.contains('\0')) {
                return Err(Flaw::of(field, "holds the character U+0000, which cannot be stored"));
            }
            // What a proxy puts where it could not read UTF-8: the text that was meant is lost.
            if text.is_some_and(|text| text.contains('\u{fffd}')) {
                return Err(Flaw::of(
                    field,
                    "holds the character U+FFFD: the file is not UTF-8, or was not sent as it is",
                ));
            }
        }
        Ok(Self { prompt, expected })
    }

    /// How many bytes its texts have.
    pub(crate) fn len(&self) -> usize {
        self.prompt.len() + self.expected.as_ref().map_or(0, String::len)
    }
}

impl Flaw {
    pub(super) fn of(field: &'static str, reason: &str) -> Self {
        Self { field: Some(field), reason: reason.to_owned() }
    }

    /// The same, of the row that begins on this line.
    pub(super) fn at(self, line: u64) -> Problem {
        let reason = match self.field {
            Some(field) => format!("{field} {}", self.reason),
            None => self.reason,
        };
        Problem { line, field: self.field, reason }
    }
}

impl From<String> for Flaw {
    fn from(reason: String) -> Self {
        Self { field: None, reason }
    }
}
