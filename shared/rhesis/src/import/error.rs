use std::fmt;

use super::MOST_ROWS;

/// How many bad rows an error spells out.
const SPELLED_OUT: usize = 5;

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The field that is wrong; `None` if the row cannot be read at all.
    pub field: Option<&'static str>,
    /// What is wrong, naming the field.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// Why a file was not imported. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportError {
    /// It is no text in UTF-8, or the header of a CSV file is wrong.
    Unreadable(Problem),
    /// Rows that cannot be imported, every one of them.
    BadRows(Vec<Problem>),
    /// There is not a single row.
    NoRows,
    /// There are more rows than [`super::MOST_ROWS`].
    TooManyRows,
}

impl ImportError {
    /// The first row that is wrong, if it is one: its line, and its field if it is a field.
    pub fn first(&self) -> Option<(u64, Option<&'static str>)> {
        match self {
            Self::Unreadable(problem) => Some((problem.line, problem.field)),
            Self::BadRows(problems) => problems.first().map(|problem| (problem.line, problem.field)),
            Self::NoRows | Self::TooManyRows => None,
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => problem.fmt(f),
            Self::NoRows => f.write_str("the file holds no tests"),
            Self::TooManyRows => write!(f, "the file holds more than {MOST_ROWS} tests"),
            Self::BadRows(problems) => {
                for (i, problem) in problems.iter().take(SPELLED_OUT).enumerate() {
                    write!(f, "{}{problem}", if i == 0 { "" } else { "; " })?;
                }
                match problems.len().saturating_sub(SPELLED_OUT) {
                    0 => Ok(()),
                    1 => f.write_str("; and 1 more bad row"),
                    more => write!(f, "; and {more} more bad rows"),
                }
            }
        }
    }
}

impl std::error::Error for ImportError {}
