//! Reads a user's file of tests: `prompt` and, optionally, `expected` for each. All or nothing.

mod csv_file;
mod error;
mod jsonl;
mod row;
#[cfg(test)]
mod tests;

pub use error::{ImportError, Problem};
pub use row::Row;

/// How a file of tests is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line; further keys are ignored.
    Jsonl,
    /// Comma-separated values with a header line; further columns are ignored.
    Csv,
}

impl Format {
    /// The format that a file's name ends in: `.jsonl`, `.ndjson` or `.csv`.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Reads every row, or says what is wrong with the first rows that are bad.
///
/// `expected` that is missing, null or white space only is no expectation.
pub fn read(format: Format, file: &[u8]) -> Result<Vec<Row>, ImportError> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let rows = match format {
        Format::Jsonl => jsonl::rows(file),
        Format::Csv => csv_file::rows(file)?,
    };
    let (mut good, mut problems) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Ok(row) => good.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(ImportError::BadRows(problems));
    }
    if good.is_empty() {
        return Err(ImportError::NoRows);
    }
    Ok(good)
}
