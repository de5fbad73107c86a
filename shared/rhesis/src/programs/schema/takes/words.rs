//! What single keywords take, from what they say alone.

use serde_json::{Map, Value};

use super::kinds::{Kinds, Part};

/// The longest text that an answer has, in bytes, and so in characters.
const LONGEST: f64 = 2_097_152.0;
/// The bytes of an item at least, as `0,`, and of a field, as `"":0,`.
pub(super) const ITEM: f64 = 2.0;
pub(super) const FIELD: f64 = 5.0;

/// The encodings that the validator knows.
const ENCODINGS: [&str; 5] = ["base16", "base32", "base32hex", "base64", "base64url"];

/// What takes only these values.
pub(super) fn listed(values: &[Value]) -> Part {
    let kinds = values.iter().map(Kinds::of).fold(Kinds::NO, |all, kind| all | kind);
    Part { all: kinds & (Kinds::NULL | Kinds::TRUE | Kinds::FALSE), none: !kinds }
}

/// What has so much at least, each of so many bytes.
pub(super) fn at_least(value: &Value, bytes: f64, of: Kinds) -> Part {
    match value.as_f64() {
        Some(least) if least <= 0.0 => Part::ALL,
        Some(least) if least * bytes > LONGEST => Part::without(of),
        _ => Part::some(of),
    }
}

/// What has so much at most, each of so many bytes.
pub(super) fn at_most(value: &Value, bytes: f64, of: Kinds) -> Part {
    Part::all_or_some(value.as_f64().is_some_and(|most| most * bytes >= LONGEST), of)
}

pub(super) fn fields(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_object().into_iter().flat_map(Map::values)
}

/// The items of a list, or the one that stands in its place.
pub(super) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// What a text must be that holds something else, in the drafts in which that is looked at.
pub(super) fn content(name: &str, value: &Value, beside: &Map<String, Value>) -> Part {
    let is_known = |encoding: &Value| encoding.as_str().is_some_and(|name| ENCODINGS.contains(&name));
    let is_checked = match name {
        "contentMediaType" => {
            value == "application/json" && beside.get("contentEncoding").is_none_or(is_known)
        }
        // Looked at with what is encoded, if that is said.
        _ => !beside.contains_key("contentMediaType") && is_known(value),
    };
    Part::all_or_some(!is_checked, Kinds::TEXT)
}
