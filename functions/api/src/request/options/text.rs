use rhesis::Verdict;
use serde_json::Value;
use uuid::Uuid;

use crate::answer::problem::Problem;

/// A string.
pub(crate) fn text(name: &str, value: Value) -> Result<String, Problem> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(Problem::invalid(name, "must be a string")),
    }
}

/// The id of something.
pub(crate) fn uuid(name: &str, value: Value) -> Result<Uuid, Problem> {
    value
        .as_str()
        .and_then(|text| Uuid::parse_str(text).ok())
        .ok_or_else(|| Problem::invalid(name, "must be a UUID, as 01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"))
}

/// What errors of one cause have in common.
pub(crate) fn fingerprint(name: &str, value: Value) -> Result<String, Problem> {
    let text = text(name, value)?;
    let is_one = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match is_one {
        true => Ok(text),
        false => Err(Problem::invalid(
            name,
            "must be 16 hexadecimal digits in lower case, as a list of causes has them",
        )),
    }
}

/// What became of a test.
pub(crate) fn verdict(name: &str, value: Value) -> Result<Verdict, Problem> {
    value
        .as_str()
        .and_then(Verdict::from_word)
        .ok_or_else(|| Problem::invalid(name, "must be Pass, Fail or Error"))
}
