use serde_json::Value;

/// What a cell may weigh. Instead of a longer text it says how long that is: no spreadsheet opens those, and every row must
/// fit into an answer.
pub(crate) const HEAVIEST_CELL: usize = 200_000;

/// Comma-separated values (RFC 4180) that no spreadsheet takes for formulas.
#[derive(Debug, Default)]
pub(crate) struct Table {
    bytes: Vec<u8>,
    weight: usize,
    rows: usize,
}

impl Table {
    /// Appends the header line.
    pub(crate) fn header(&mut self, cells: impl IntoIterator<Item = String>) {
        let row = written(cells);
        self.weight += weight(&row);
        self.bytes.extend(row);
    }

    /// Appends a row if the table then weighs no more than `most`, or if it is the first; false if it was left out.
    pub(crate) fn row_within(&mut self, most: usize, cells: impl IntoIterator<Item = String>) -> bool {
        let row = written(cells);
        if self.weight + weight(&row) > most && self.rows > 0 {
            return false;
        }
        self.weight += weight(&row);
        self.bytes.extend(row);
        self.rows += 1;
        true
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

fn written(cells: impl IntoIterator<Item = String>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(cells.into_iter().map(harmless));
    writer.into_inner().unwrap_or_default()
}

/// Spreadsheets run what begins so, also behind white space; numbers are what they look like.
fn harmless(cell: String) -> String {
    if weight(cell.as_bytes()) > HEAVIEST_CELL {
        return too_long(cell.len());
    }
    let formula =
        cell.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
            || cell.starts_with(['\t', '\r']);
    if formula && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell }
}

/// What a cell says in place of a text of so many bytes.
pub(crate) fn too_long(bytes: usize) -> String {
    format!("({bytes} bytes: too long for a cell)")
}

/// What the bytes weigh in a JSON string, as which Lambda takes them.
fn weight(bytes: &[u8]) -> usize {
    let weight = |byte: &u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    bytes.iter().map(weight).sum()
}

/// The score of a metric and whether it was met, both empty if it was not evaluated.
pub(crate) fn verdict(metric: Option<&Value>) -> [String; 2] {
    let field = |name: &str| match metric.map(|metric| &metric[name]) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    [field("score"), field("is_successful")]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(cells: &[&str]) -> String {
        let mut table = Table::default();
        table.header(cells.iter().map(|cell| (*cell).to_owned()));
        String::from_utf8(table.into_bytes()).unwrap()
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_disarmed_and_numbers_are_not() {
        assert_eq!(table(&["=1+1", "+a", "-a", "@a", " =a", "\tb"]), "'=1+1,'+a,'-a,'@a,' =a,'\tb\r\n");
        assert_eq!(table(&["-1.5", "+2", "a=b", "", "\u{ff1d}1"]), "-1.5,+2,a=b,,'\u{ff1d}1\r\n");
    }

    #[test]
    fn quotes_commas_and_line_breaks_are_kept() {
        assert_eq!(table(&["a,\"b\"\nc", "\u{5e9}\u{5dc}"]), "\"a,\"\"b\"\"\nc\",\u{5e9}\u{5dc}\r\n");
    }

    #[test]
    fn a_table_takes_as_much_as_it_may_weigh_but_at_least_a_row() {
        let mut table = Table::default();
        assert!(table.row_within(6, ["\"\"\"".to_owned()]));
        assert!(!table.row_within(6, ["a".to_owned()]));
        assert_eq!(weight(b"\"\n\x01a"), 11);
    }

    #[test]
    fn a_cell_that_nobody_could_open_says_how_long_it_is() {
        assert_eq!(table(&[&"\"".repeat(100_001)]), "(100001 bytes: too long for a cell)\r\n");
    }

    #[test]
    fn a_verdict_is_empty_if_there_was_none() {
        assert_eq!(verdict(Some(&json!({"score": 0.5, "is_successful": false}))), ["0.5", "false"]);
        assert_eq!(verdict(None), ["", ""]);
    }
}
