//! Reads a user's file of tests: `prompt` and, optionally, `expected` for each. All or nothing. Nothing of a file is
//! changed or left out in silence: what cannot be read as it is meant is refused with its line.

mod column;
mod csv_file;
mod encoding;
mod error;
mod jsonl;
mod lines;
mod object;
mod row;
mod store;
#[cfg(test)]
mod tests;

pub use error::{ImportError, Problem};
pub use row::{Flaw, LONGEST, Row};
pub use store::{StoreError, store};

/// How many tests one file may hold: so many are written well within the 29 s that a request has, twice as many are not on a busy machine.
pub const MOST_ROWS: usize = 100_000;

/// How a file of tests is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Format {
    /// One JSON object per line; further keys are ignored.
    Jsonl,
    /// Comma-separated values with a header line, or with semicolons or tabs; further columns are ignored.
    Csv,
}

impl Format {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// The format of a word, if it is `jsonl` or `csv`.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Jsonl, Self::Csv].into_iter().find(|format| format.as_str() == word)
    }

    /// The format that a file's name ends in: `.jsonl`, `.ndjson` or `.csv`.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// A file's rows, one after the other, each read when it is asked for.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Row, Problem>> + Send + 'a>;

/// Reads row after row.
///
/// `expected` that is missing, null or white space only is no expectation.
pub fn rows(format: Format, file: &[u8]) -> Result<Rows<'_>, ImportError> {
    if let Some(what) = encoding::other_than_utf_8(file) {
        let reason = format!("the file is {what}: save it as text in UTF-8");
        return Err(ImportError::Unreadable(Flaw::from(reason).at(1)));
    }
    let file = encoding::without_mark(file);
    Ok(match format {
        Format::Jsonl => Box::new(jsonl::rows(file)),
        Format::Csv => Box::new(csv_file::rows(file)?),
    })
}

/// Reads every row, or says what is wrong with those that are bad.
pub fn read(format: Format, file: &[u8]) -> Result<Vec<Row>, ImportError> {
    let (mut good, mut problems) = (Vec::new(), Vec::new());
    for row in rows(format, file)? {
        match row {
            Ok(row) => good.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(ImportError::BadRows(problems));
    }
    match good.len() {
        0 => Err(ImportError::NoRows),
        1..=MOST_ROWS => Ok(good),
        _ => Err(ImportError::TooManyRows),
    }
}
