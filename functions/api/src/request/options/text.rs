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
