use super::column::{Column, hint};
use super::object::{Fields, Text};
use super::row::Flaw;
use super::{Problem, Row, lines};

/// The rows of a file of JSON lines, one after the other.
pub(super) fn rows(file: &[u8]) -> impl Iterator<Item = Result<Row, Problem>> + Send {
    lines::written(file).map(|(number, line)| row(line).map_err(|flaw| flaw.at(number)))
}

fn row(line: &[u8]) -> Result<Row, Flaw> {
    let refused = |why: &str| Err(Flaw::from(why.to_owned()));
    let line = std::str::from_utf8(line)
        .map_err(|error| format!("not UTF-8 at byte {}: save the file as UTF-8", error.valid_up_to() + 1))?;
    match line.trim_start().as_bytes().first() {
        Some(b'{') => {}
        Some(b'[') => {
            return refused("a list, not an object: write one test a line, without brackets around all");
        }
        _ => return refused("not a JSON object"),
    }
    let fields: Fields = serde_json::from_str(line)
        .map_err(|error| format!("not a JSON object on one line: {}", without_position(&error)))?;
    if let Some(name) = fields.twice {
        return refused(&format!("the key {name:?} is there twice"));
    }
    let prompt = text(&fields, Column::Prompt, "prompt")?.ok_or(Flaw::of("prompt", "is missing"))?;
    let expected = text(&fields, Column::Expected, "expected")?;
    Row::new(prompt, expected)
}

/// The text of the one key that is this column.
fn text(fields: &Fields, column: Column, word: &'static str) -> Result<Option<String>, Flaw> {
    let named = |column: Column| fields.known.iter().filter(move |field| field.column == column);
    match named(column).collect::<Vec<_>>()[..] {
        [] => match named(Column::Nearly(word)).next() {
            Some(near) => Err(hint(&near.name, word).into()),
            None => Ok(None),
        },
        [field] => match &field.text {
            Text::Is(text) => Ok(Some(text.clone())),
            Text::Null => Ok(None),
            Text::Other => Err(Flaw::of(word, "must be a string")),
        },
        [one, other, ..] => {
            Err(Flaw::of(word, &format!("is there twice, as {:?} and {:?}", one.name, other.name)))
        }
    }
}

/// The line in the error is always 1, since each line is parsed by itself.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let short = text.split(" at line ").next().unwrap_or(&text);
    format!("{short} at column {}", error.column())
}
