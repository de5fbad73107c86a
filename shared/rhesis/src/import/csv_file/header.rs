use super::record::Record;
use super::records::Records;
use crate::import::column::{Column, hint};
use crate::import::lines::is_break;
use crate::import::row::Flaw;
use crate::import::{Problem, Row};

/// What may stand between two cells, the usual first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// What the first row of a file says of the others.
pub(super) struct Header {
    /// Where in the file it begins.
    pub(super) begin: usize,
    /// What stands between two cells.
    pub(super) separator: u8,
    /// How many columns have a name, or stand before one that has.
    width: usize,
    prompt: usize,
    expected: Option<usize>,
}

/// Finds separator and columns.
pub(super) fn read(file: &[u8]) -> Result<Header, Problem> {
    let (declared, begin) = declared(file);
    let separators = declared.map_or(SEPARATORS.to_vec(), |separator| vec![separator]);
    let firsts: Vec<_> = separators
        .into_iter()
        .map(|separator| (separator, Records::new(file, begin, separator).next()))
        .map(|(separator, first)| (separator, first.unwrap_or((1, Ok(Record::default())))))
        .collect();
    let have = |wanted: fn(Column) -> bool| {
        let names = |record: &Record| record.cells().any(|name| wanted(column(name)));
        let mut having = firsts.iter().filter(|(_, (_, row))| row.as_ref().is_ok_and(names));
        (having.next(), having.next())
    };
    let first = match have(|it| it == Column::Prompt) {
        // A header of one column has no separator; any other that is a header under two is neither's.
        (Some((_, (line, Ok(row)))), Some((_, (_, Ok(other))))) if row.len() + other.len() > 2 => {
            return Err(said("two separators are possible: write the header with commas").at(*line));
        }
        (Some(first), _) => first,
        _ => have(|it| it == Column::Nearly("prompt")).0.unwrap_or(&firsts[0]),
    };
    let (separator, (line, row)) = first;
    let header = row.clone().and_then(|row| of_names(&row, begin, *separator));
    header.map_err(|flaw| flaw.at(*line))
}

/// What a line `sep=;` before the header declares, as Excel takes it; and where the header begins.
fn declared(file: &[u8]) -> (Option<u8>, usize) {
    let line = file.split(is_break).next().unwrap_or_default();
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] if SEPARATORS.contains(separator) => {
            (Some(*separator), line.len())
        }
        _ => (None, 0),
    }
}

fn of_names(names: &Record, begin: usize, separator: u8) -> Result<Header, Flaw> {
    let columns: Vec<Column> = names.cells().map(column).collect();
    let one = |wanted: Column, word: &str| {
        let mut all = (0..columns.len()).filter(|place| columns[*place] == wanted);
        match (all.next(), all.next()) {
            (Some(first), Some(second)) => Err(said(&format!(
                "two columns are {word}: {:?} and {:?}",
                text(names.cell(first)),
                text(names.cell(second))
            ))),
            (first, _) => Ok(first),
        }
    };
    let nearly = |word: &'static str| {
        let place = columns.iter().position(|column| *column == Column::Nearly(word))?;
        Some(hint(&text(names.cell(place)), word))
    };
    let prompt = one(Column::Prompt, "prompt")?.ok_or_else(|| match nearly("prompt") {
        Some(hint) => said(&format!("no column is named prompt; {hint}")),
        None => said("no column is named prompt"),
    })?;
    let expected = one(Column::Expected, "expected")?;
    if let (None, Some(hint)) = (expected, nearly("expected")) {
        return Err(said(&hint));
    }
    let width = names.cells().rposition(|name| !is_blank(name)).map_or(0, |place| place + 1);
    Ok(Header { begin, separator, width, prompt, expected })
}

impl Header {
    /// The test that a record is.
    pub(super) fn row(&self, record: &Record) -> Result<Row, Flaw> {
        let cells = record.cells().rposition(|cell| !is_blank(cell)).map_or(0, |place| place + 1);
        // Spreadsheets write empty cells behind the last column, sometimes in some rows only.
        if record.len() < self.width || cells > self.width {
            let cells = if cells > self.width { cells } else { record.len() };
            return Err(said(&format!("{cells} cells where the header has {}", self.width)));
        }
        let text = |place: usize, field: &'static str| {
            std::str::from_utf8(record.cell(place))
                .map(str::to_owned)
                .map_err(|_| Flaw::of(field, "is not UTF-8: save the file as UTF-8"))
        };
        let expected = self.expected.map(|place| text(place, "expected")).transpose()?;
        Row::new(text(self.prompt, "prompt")?, expected)
    }
}

fn column(name: &[u8]) -> Column {
    Column::of(&text(name))
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn is_blank(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).is_ok_and(|text| text.trim().is_empty())
}

fn said(reason: &str) -> Flaw {
    reason.to_owned().into()
}
