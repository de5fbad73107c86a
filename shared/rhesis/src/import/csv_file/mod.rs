//! Comma-separated values: RFC 4180, also with semicolons or tabs.

mod header;
mod quoting;
mod record;
mod records;

use self::header::Header;
use self::records::Records;
use super::lines::is_break;
use super::{ImportError, Problem, Row};

/// The rows of a CSV file, one after the other.
pub(super) struct Rows<'a> {
    records: Records<'a>,
    header: Header,
}

pub(super) fn rows(file: &[u8]) -> Result<Rows<'_>, ImportError> {
    let header = header::read(file).map_err(ImportError::Unreadable)?;
    let mut records = Records::new(without_empty_end(file, header.separator), header.begin, header.separator);
    drop(records.next());
    Ok(Rows { records, header })
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, record) = self.records.next()?;
        Some(record.and_then(|record| self.header.row(&record)).map_err(|flaw| flaw.at(line)))
    }
}

/// The file without the rows at its end that hold nothing but separators, as spreadsheets write them.
fn without_empty_end(file: &[u8], separator: u8) -> &[u8] {
    let mut end = file.len();
    loop {
        end -= file[..end].iter().rev().take_while(|byte| is_break(byte)).count();
        let last = file[..end].rsplit(is_break).next().unwrap_or_default();
        let is_empty = last.iter().all(|byte| [separator, b' ', b'\t'].contains(byte));
        if !is_empty || !last.contains(&separator) {
            return &file[..end];
        }
        end -= last.len();
    }
}
