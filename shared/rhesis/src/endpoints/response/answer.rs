use serde_json::Value;

use crate::endpoints::plain::plain;

/// What an endpoint answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The mapped answer, an object with `output` as a rule; the raw body if the endpoint has no mappings.
    pub body: Value,
}

impl Answer {
    /// The text that metrics judge: the field `output` of an object, any other body as a whole.
    ///
    /// `None` if that is null or missing: an endpoint that gave no output gave no answer.
    pub fn output(&self) -> Option<String> {
        match &self.body {
            Value::Object(fields) => fields.get("output").filter(|output| !output.is_null()).map(plain),
            Value::Null => None,
            body => Some(plain(body)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn output(body: Value) -> Option<String> {
        Answer { body }.output()
    }

    #[test]
    fn the_output_is_judged_as_text() {
        assert_eq!(output(json!({"output": " hi "})).as_deref(), Some(" hi "));
        assert_eq!(output(json!({"output": 4})).as_deref(), Some("4"));
        assert_eq!(output(json!({"output": ["a", 1]})).as_deref(), Some(r#"["a",1]"#));
        assert_eq!(output(json!("raw")).as_deref(), Some("raw"));
    }

    #[test]
    fn no_output_is_no_answer() {
        assert_eq!(output(json!({"output": null})), None);
        assert_eq!(output(json!({"text": "hi"})), None);
        assert_eq!(output(json!(null)), None);
    }
}
