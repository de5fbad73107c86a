use serde_json::{Map, Value};

use crate::request::options::priority_word;

/// What a task overrides of its kind's policy, in the words that it was asked for in; `{}` for nothing.
pub(crate) fn overrides(stored: Option<Value>) -> Value {
    let mut shown = Map::new();
    let mut backoff = Map::new();
    let Some(Value::Object(stored)) = stored else {
        return Value::Object(shown);
    };
    for (name, value) in stored {
        match name.strip_prefix("backoff_") {
            Some(part) => drop(backoff.insert(part.to_owned(), value)),
            None if name == "priority" => {
                let word = value.as_i64().and_then(priority_word);
                shown.insert(name, word.map_or(value, Value::from));
            }
            None => drop(shown.insert(name, value)),
        }
    }
    if !backoff.is_empty() {
        shown.insert("backoff".into(), Value::Object(backoff));
    }
    Value::Object(shown)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_stored_is_shown_as_it_was_asked_for() {
        let stored = json!({ "max_retries": 5, "backoff_factor": 2.5, "backoff_cap": 60, "priority": -1 });
        let shown = json!({ "max_retries": 5, "backoff": { "factor": 2.5, "cap": 60 }, "priority": "low" });
        assert_eq!(overrides(Some(stored)), shown);
        assert_eq!(overrides(None), json!({}));
    }
}
