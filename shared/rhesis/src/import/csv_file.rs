use csv::{ByteRecord, ReaderBuilder};

use super::{ImportError, Problem, Row};

pub(super) fn rows(file: &[u8]) -> Result<Vec<Result<Row, Problem>>, ImportError> {
    let mut reader = ReaderBuilder::new().from_reader(file);
    let header = reader.byte_headers().map_err(|error| ImportError::BadHeader(error.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|cell| cell.trim_ascii() == name.as_bytes());
    let (prompt, expected) = (column("prompt"), column("expected"));
    let prompt = prompt.ok_or_else(|| ImportError::BadHeader("no column is named prompt".to_owned()))?;
    Ok((reader.byte_records())
        .map(|record| match record {
            Ok(record) => row(&record, prompt, expected)
                .map_err(|reason| Problem { line: record.position().map_or(0, csv::Position::line), reason }),
            Err(error) => Err(problem(&error)),
        })
        .collect())
}

fn row(record: &ByteRecord, prompt: usize, expected: Option<usize>) -> Result<Row, String> {
    let text = |index: usize, field: &str| {
        let cell = record.get(index).unwrap_or_default();
        (std::str::from_utf8(cell).map(str::to_owned)).map_err(|_| format!("{field} is not UTF-8"))
    };
    let expected = expected.map(|index| text(index, "expected")).transpose()?;
    Row::new(text(prompt, "prompt")?, expected)
}

fn problem(error: &csv::Error) -> Problem {
    let line = error.position().map_or(0, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells where the header has {expected_len}")
        }
        _ => error.to_string(),
    };
    Problem { line, reason }
}
