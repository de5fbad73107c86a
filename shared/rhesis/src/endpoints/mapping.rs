//! Reads the mapped answer out of a response.

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::{CallError, CallErrorKind};

/// The mapped answer: for each key the first match of its JSON path; a key whose path matches nothing is left out.
///
/// Without mappings the whole body, as JSON if it is JSON, else as text.
pub(super) fn map(mappings: &Map<String, Value>, body: &str) -> Result<Value, CallError> {
    if mappings.is_empty() {
        return Ok(serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned())));
    }
    let body: Value = serde_json::from_str(body).map_err(|error| {
        let why = format!("the response is not JSON: line {}, column {}", error.line(), error.column());
        CallError::new(CallErrorKind::InvalidResponse, why)
    })?;
    let mut mapped = Map::new();
    for (key, path) in mappings {
        let at = || format!("endpoint.response_mappings.{key}");
        let refuse = |why: String| CallError::new(CallErrorKind::InvalidEndpoint, why);
        let path = path.as_str().ok_or_else(|| refuse(format!("{} is not a string", at())))?;
        let path = JsonPath::parse(path).map_err(|e| refuse(format!("{} is not a JSONPath: {e}", at())))?;
        if let Some(value) = path.query(&body).first() {
            mapped.insert(key.clone(), value.clone());
        }
    }
    Ok(Value::Object(mapped))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapped(mappings: Value, body: &str) -> Result<Value, CallError> {
        map(mappings.as_object().unwrap(), body)
    }

    #[test]
    fn each_key_takes_the_first_match_of_its_path() {
        let body = r#"{"choices": [{"message": {"content": "hi"}}, {"message": {"content": "ho"}}], "n": 3}"#;
        let answer = mapped(json!({"output": "$.choices[*].message.content", "count": "$.n"}), body).unwrap();
        assert_eq!(answer, json!({"output": "hi", "count": 3}));
    }

    #[test]
    fn a_path_that_matches_nothing_leaves_its_key_out() {
        assert_eq!(mapped(json!({"output": "$.nope"}), "{}").unwrap(), json!({}));
    }

    #[test]
    fn without_mappings_the_whole_body_is_the_answer() {
        assert_eq!(mapped(json!({}), r#"{"a": 1}"#).unwrap(), json!({"a": 1}));
        assert_eq!(mapped(json!({}), "just text").unwrap(), json!("just text"));
    }

    #[test]
    fn a_truncated_response_is_refused_without_quoting_it() {
        let error = mapped(json!({"output": "$.output"}), r#"{"output": "half an ans"#).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::InvalidResponse);
        assert!(!error.to_string().contains("half"), "{error}");
    }

    #[test]
    fn a_broken_path_is_named_by_its_key() {
        for bad in [json!("$.a["), json!("output"), json!(1)] {
            let problem = mapped(json!({"output": bad}), "{}").unwrap_err().to_string();
            assert!(problem.contains("endpoint.response_mappings.output is not a"), "{problem}");
        }
    }
}
