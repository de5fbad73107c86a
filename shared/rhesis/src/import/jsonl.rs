use serde_json::{Map, Value};

use super::row::Flaw;
use super::{Problem, Row};

/// The rows of a file of JSON lines, one after the other.
pub(super) fn rows(file: &[u8]) -> impl Iterator<Item = Result<Row, Problem>> + Send {
    (1_u64..)
        .zip(file.split(|byte| *byte == b'\n'))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(number, line)| row(line).map_err(|flaw| flaw.at(number)))
}

fn row(line: &[u8]) -> Result<Row, Flaw> {
    let line = std::str::from_utf8(line)
        .map_err(|error| format!("not UTF-8 at byte {}", error.valid_up_to() + 1))?;
    let value: Value = serde_json::from_str(line)
        .map_err(|error| format!("not a JSON object on one line: {}", without_position(&error)))?;
    let Value::Object(mut fields) = value else { return Err("not a JSON object".to_owned().into()) };
    let prompt = text(&mut fields, "prompt")?.ok_or(Flaw::of("prompt", "is missing"))?;
    let expected = text(&mut fields, "expected")?;
    Row::new(prompt, expected)
}

fn text(fields: &mut Map<String, Value>, key: &'static str) -> Result<Option<String>, Flaw> {
    match fields.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Flaw::of(key, "must be a string")),
    }
}

/// The line in the error is always 1, since each line is parsed by itself.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let short = text.split(" at line ").next().unwrap_or(&text);
    format!("{short} at column {}", error.column())
}
