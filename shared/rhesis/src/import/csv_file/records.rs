use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::quoting;
use super::record::Record;
use crate::import::lines::{Counter, is_break};
use crate::import::row::Flaw;

/// How many cells a record may have: as many as the widest spreadsheet has columns. A file of nothing but separators would
/// take eight times its size in memory.
const MOST_CELLS: usize = 16_384;

/// The records of a file under one separator, each with the line it begins on; blank lines are passed over.
pub(super) struct Records<'a> {
    file: &'a [u8],
    separator: u8,
    reader: Reader,
    place: usize,
    lines: Counter<'a>,
}

impl<'a> Records<'a> {
    /// The records of `file` from the byte `begin` on.
    pub(super) fn new(file: &'a [u8], begin: usize, separator: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        Self { file, separator, reader, place: begin.min(file.len()), lines: Counter::new(file) }
    }

    /// Reads on to the end of the record that begins here; `None` behind the last.
    fn read(&mut self) -> Option<Result<Record, Flaw>> {
        let mut record = Record { text: vec![0; 256], ends: vec![0; 16] };
        let (mut length, mut cells) = (0, 0);
        loop {
            let (result, read, written, ended) = self.reader.read_record(
                &self.file[self.place..],
                &mut record.text[length..],
                &mut record.ends[cells..],
            );
            self.place += read;
            length += written;
            cells += ended;
            match result {
                // The next call finds nothing more, which is the file's end.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => record.text.resize(record.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if cells >= MOST_CELLS => {
                    self.place = self.file.len();
                    return Some(Err(format!("more than {MOST_CELLS} cells").into()));
                }
                ReadRecordResult::OutputEndsFull => record.ends.resize(record.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    record.text.truncate(length);
                    record.ends.truncate(cells);
                    return Some(Ok(record));
                }
                ReadRecordResult::End => return None,
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = (u64, Result<Record, Flaw>);

    fn next(&mut self) -> Option<Self::Item> {
        self.place += self.file[self.place..].iter().take_while(|byte| is_break(byte)).count();
        let begin = self.place;
        if begin == self.file.len() {
            return None;
        }
        let record = self.read()?;
        let kept = record.and_then(|record| {
            quoting::is_kept(&record, &self.file[begin..], self.separator).map(|()| record)
        });
        Some((self.lines.line_at(begin), kept))
    }
}
