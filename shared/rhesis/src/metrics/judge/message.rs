//! Finds what a model said in the answer of its API, or what its API says is wrong.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// How much of an API's own words about an error is kept, in characters.
const KEPT: usize = 300;

/// The text of the only choice, also where it comes in parts; the error says why there is none, or why it decides nothing.
pub(super) fn read(answer: &Value) -> Result<String, String> {
    if answer["choices"].as_array().is_some_and(|choices| choices.len() > 1) {
        return Err("the reply holds more than one choice".to_owned());
    }
    let message = &answer["choices"][0]["message"];
    match answer["choices"][0]["finish_reason"].as_str() {
        Some("length") => return Err("the model's reply was cut, it grew too long".to_owned()),
        Some("content_filter") => return Err("the model's reply was cut by a content filter".to_owned()),
        _ => {}
    }
    if message["refusal"].as_str().is_some_and(|refusal| !refusal.trim().is_empty()) {
        return Err("the model refused to judge".to_owned());
    }
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
        None => "the reply holds no message".to_owned(),
    })
}

/// Whether a body names something twice that is read of it: of two, who knows which is meant.
pub(super) fn is_ambiguous(body: &str) -> bool {
    // Serde refuses a field that is there twice.
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "choices")]
        _choices: Option<Vec<Choice>>,
        #[serde(rename = "error")]
        _error: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Choice {
        #[serde(rename = "message")]
        _message: Option<Message>,
        #[serde(rename = "finish_reason")]
        _finish_reason: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Message {
        #[serde(rename = "content")]
        _content: Option<IgnoredAny>,
        #[serde(rename = "refusal")]
        _refusal: Option<IgnoredAny>,
    }
    serde_json::from_str::<Answer>(body).is_err_and(|error| error.to_string().starts_with("duplicate field"))
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
    fn what_is_read_stands_once_in_a_body() {
        for body in [
            r#"{"choices": [], "choices": []}"#,
            r#"{"choices": [{"message": {}, "message": {}}]}"#,
            r#"{"choices": [{"message": {"content": "a", "\u0063ontent": "b"}}]}"#,
            r#"{"choices": [{"finish_reason": "length", "finish_reason": "stop"}]}"#,
        ] {
            assert!(is_ambiguous(body), "{body}");
        }
        for body in [
            r#"{"choices": [{"message": {"content": ["a"], "refusal": null, "x": 1, "x": 2}}], "usage": {}}"#,
            r#"{"choices": {"a": 1}}"#,
            r#"{"choices": [{"message": "duplicate field"}]}"#,
            "[]",
        ] {
            assert!(!is_ambiguous(body), "{body}");
        }
    }

    #[test]
    fn an_answer_without_a_message_says_why() {
        for (answer, problem) in [
            (json!({"choices": [{"message": {"content": null}}]}), "the reply holds no message"),
            (json!({"choices": []}), "the reply holds no message"),
            (json!([]), "the reply holds no message"),
            (json!({"choices": [{"message": {"refusal": "no"}}]}), "the model refused to judge"),
            (
                json!({"choices": [{"message": {"content": "{\"score\": 1}", "refusal": "no"}}]}),
                "the model refused to judge",
            ),
            (
                json!({"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}),
                "the reply holds more than one choice",
            ),
            (
                json!({"choices": [{"finish_reason": "length", "message": {"content": "a"}}]}),
                "the model's reply was cut, it grew too long",
            ),
            (
                json!({"choices": [{"finish_reason": "content_filter", "message": {"content": "a"}}]}),
                "the model's reply was cut by a content filter",
            ),
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
