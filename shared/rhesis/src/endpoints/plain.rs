use serde_json::Value;

/// A JSON value as one query or header value: strings as they are, everything else as compact JSON.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
