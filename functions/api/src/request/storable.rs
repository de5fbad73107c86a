use serde_json::{Map, Value};

/// The path of the first text with the character U+0000, which JSON can express and `jsonb` cannot hold.
pub(crate) fn first_nul(object: &Map<String, Value>) -> Option<String> {
    object.iter().find_map(|(name, value)| {
        if name.contains('\0') { Some(name.replace('\0', "\\u0000")) } else { below(value, name) }
    })
}

fn below(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(n, item)| below(item, &format!("{path}[{n}]")))
        }
        Value::Object(object) => first_nul(object).map(|rest| format!("{path}.{rest}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(value: Value) -> Option<String> {
        first_nul(value.as_object().unwrap())
    }

    #[test]
    fn a_nul_is_found_wherever_it_stands_and_named_by_its_path() {
        assert_eq!(found(json!({ "a": "b\u{0}" })).unwrap(), "a");
        assert_eq!(
            found(json!({ "args": { "x": [1, ["y", { "z": "\u{0}" }]] } })).unwrap(),
            "args.x[1][1].z"
        );
        assert_eq!(found(json!({ "args": { "k\u{0}": 1 } })).unwrap(), "args.k\\u0000");
        assert_eq!(found(json!({ "a": ["\\u0000", null, 1.5, true] })), None);
    }
}
