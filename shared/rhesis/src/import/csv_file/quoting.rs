use super::record::Record;
use crate::import::row::Flaw;

/// Whether a record is what the file says: the reader goes on where RFC 4180 is broken, and puts a text together that
/// nobody wrote. So each cell is held against the file, as it must be written there. `file` begins where the record does.
pub(super) fn is_kept(record: &Record, file: &[u8], separator: u8) -> Result<(), Flaw> {
    let mut rest = file;
    for (place, cell) in record.cells().enumerate() {
        if place > 0 {
            rest = rest.strip_prefix(&[separator]).ok_or_else(|| malformed(place))?;
        }
        rest = match rest.strip_prefix(b"\"") {
            Some(quoted) => behind_quoted(quoted, cell, place + 1)?,
            None if cell.contains(&b'"') => return Err(malformed(place + 1)),
            None => rest.strip_prefix(cell).ok_or_else(|| malformed(place + 1))?,
        };
    }
    match rest.first() {
        None | Some(b'\r' | b'\n') => Ok(()),
        Some(_) => Err(malformed(record.len())),
    }
}

/// What stands behind a cell whose first quotation mark was read.
fn behind_quoted<'a>(mut rest: &'a [u8], cell: &[u8], place: usize) -> Result<&'a [u8], Flaw> {
    for (part, text) in cell.split(|byte| *byte == b'"').enumerate() {
        if part > 0 {
            rest = rest.strip_prefix(b"\"\"").ok_or_else(|| malformed(place))?;
        }
        rest = rest.strip_prefix(text).ok_or_else(|| malformed(place))?;
    }
    match rest {
        [] => Err("a quotation mark opens here, or behind, and is never closed".to_owned().into()),
        [b'"', rest @ ..] => Ok(rest),
        _ => Err(malformed(place)),
    }
}

fn malformed(place: usize) -> Flaw {
    format!(
        "cell {place} is quoted wrongly: a cell that holds a quotation mark begins and ends with one, and has each of its \
         own twice"
    )
    .into()
}
