//! Finds what a model said in the answer of its API, or what its API says is wrong.

use serde_json::Value;

/// How much of an API's own words about an error is kept, in characters.
const KEPT: usize = 300;

/// The text of the first choice, also where it comes in parts; the error says why there is none.
pub(super) fn read(answer: &Value) -> Result<String, String> {
    let message = &answer["choices"][0]["message"];
    let text = match &message["content"] {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let texts: Vec<&str> =
                parts.iter().filter_map(|part| part.as_str().or(part["text"].as_str())).collect();
            (!texts.is_empty()).then(|| texts.concat())
        }
        _ => None,
    };
    text.ok_or_else(|| match error(answer) {
        Some(said) => format!("the model's API answered with an error: {said}"),
        None if message["refusal"].is_string() => "the model refused to judge".to_owned(),
        None => "the reply holds no message".to_owned(),
    })
}

/// What an API says of an error: `{"error": {"message": …}}`, `{"error": …}`, `{"message": …}` or `{"detail": …}`.
pub(super) fn error(answer: &Value) -> Option<String> {
    let said = [&answer["error"]["message"], &answer["error"], &answer["message"], &answer["detail"]];
    let said = said.into_iter().find_map(Value::as_str).map(str::to_owned);
    let said = said.or_else(|| answer.get("error").filter(|error| !error.is_null()).map(Value::to_string))?;
    Some(said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(KEPT).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_read_as_a_text_or_in_parts() {
        for content in [
            json!("ab"),
            json!(["a", "b"]),
            json!([{"type": "text", "text": "a"}, {"text": "b"}, {"type": "x"}]),
        ] {
            assert_eq!(read(&json!({"choices": [{"message": {"content": content}}]})).unwrap(), "ab");
        }
    }

    #[test]
    fn an_answer_without_a_message_says_why() {
        for (answer, problem) in [
            (json!({"choices": [{"message": {"content": null}}]}), "the reply holds no message"),
            (json!({"choices": []}), "the reply holds no message"),
            (json!([]), "the reply holds no message"),
            (json!({"choices": [{"message": {"refusal": "no"}}]}), "the model refused to judge"),
            (json!({"error": {"message": "no  quota"}}), "the model's API answered with an error: no quota"),
            (json!({"error": "busy"}), "the model's API answered with an error: busy"),
            (json!({"error": {"code": 7}}), "the model's API answered with an error: {\"code\":7}"),
            (
                json!({"detail": "x".repeat(999)}),
                &format!("the model's API answered with an error: {}", "x".repeat(300)),
            ),
        ] {
            assert_eq!(read(&answer).unwrap_err(), problem, "{answer}");
        }
        assert_eq!(error(&json!({"message": "gone"})).as_deref(), Some("gone"));
        assert_eq!(error(&json!("<html>")), None);
    }
}
