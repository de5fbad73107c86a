use serde_json::Value;

/// The rows of a list; none if it is no list.
pub(in crate::console) fn rows(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// A text; empty if it is none.
pub(in crate::console) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
