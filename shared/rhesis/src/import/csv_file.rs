use std::io::Read;

use csv::{ByteRecord, ByteRecordsIntoIter, ReaderBuilder};

use super::row::Flaw;
use super::{ImportError, Problem, Row};

/// Put behind every file: what is not a row of its own stands in a cell whose quotation mark is never closed.
const END: &str = "\u{1}end of file\u{1}";

/// The rows of a CSV file, one after the other.
pub(super) struct Rows<R> {
    records: ByteRecordsIntoIter<R>,
    width: usize,
    prompt: usize,
    expected: Option<usize>,
}

pub(super) fn rows(file: &[u8]) -> Result<Rows<impl Read + Send>, ImportError> {
    let ended = file.chain(&b"\n"[..]).chain(END.as_bytes());
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(ended);
    let header = reader.byte_headers().map_err(|error| ImportError::BadHeader(error.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|cell| cell.trim_ascii() == name.as_bytes());
    let (prompt, expected) = (column("prompt"), column("expected"));
    let prompt = prompt.ok_or_else(|| ImportError::BadHeader("no column is named prompt".to_owned()))?;
    Ok(Rows { width: header.len(), prompt, expected, records: reader.into_byte_records() })
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = match self.records.next()? {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                return Some(Err(Flaw::from(error.to_string()).at(line)));
            }
        };
        if record.len() == 1 && record.get(0) == Some(END.as_bytes()) {
            return None;
        }
        let line = record.position().map_or(0, csv::Position::line);
        Some(self.row(&record).map_err(|flaw| flaw.at(line)))
    }
}

impl<R> Rows<R> {
    fn row(&self, record: &ByteRecord) -> Result<Row, Flaw> {
        if record.iter().next_back().is_some_and(|cell| cell.ends_with(END.as_bytes())) {
            return Err(Flaw::from("a quotation mark opens here, or behind, and is never closed".to_owned()));
        }
        if record.len() != self.width {
            return Err(format!("{} cells where the header has {}", record.len(), self.width).into());
        }
        let text = |index: usize, field: &'static str| {
            let cell = record.get(index).unwrap_or_default();
            (std::str::from_utf8(cell).map(str::to_owned)).map_err(|_| Flaw::of(field, "is not UTF-8"))
        };
        let expected = self.expected.map(|index| text(index, "expected")).transpose()?;
        Row::new(text(self.prompt, "prompt")?, expected)
    }
}
