//! Renders request templates: JSON whose string leaves are Jinja.
//!
//! Only strings are rendered, each by itself, after the JSON was parsed. So no prompt, whatever quotes and braces it
//! holds, can end a string, add a field, or be taken for a template.

use serde_json::{Map, Value};

use super::CallError;
use crate::programs;

/// The template with the prompt in its place.
pub(super) fn render(template: &Value, prompt: &str) -> Result<Value, CallError> {
    // A template that was stored as text is the JSON it spells, if it spells any.
    let spelled = template.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    rendered(spelled.as_ref().unwrap_or(template), prompt, "request_body_template")
}

/// The fields of an object with the prompt in its place; `at` is what an error names.
pub(super) fn fields(
    fields: &Map<String, Value>,
    prompt: &str,
    at: &str,
) -> Result<Map<String, Value>, CallError> {
    match rendered(&Value::Object(fields.clone()), prompt, at)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

fn rendered(template: &Value, prompt: &str, field: &str) -> Result<Value, CallError> {
    programs::template(template)
        .and_then(|template| template.render(&[("input", prompt)]))
        .map_err(|(at, why)| CallError::invalid(&format!("{field}{at}"), &why.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_prompt_full_of_quotes_and_braces_stays_one_string() {
        let prompt = "\"}, {\"x\": 1} {{ 7 * 7 }} {% raw %} \\ \n\t\u{202e} 🦀";
        let body = render(&json!({"input": "{{ input }}", "n": 1}), prompt).unwrap();
        assert_eq!(body, json!({"input": prompt, "n": 1}));
    }

    #[test]
    fn strings_are_rendered_at_any_depth_and_keys_are_not() {
        let template =
            json!({"messages": [{"role": "user", "content": "Q: {{ input }}"}], "{{ input }}": true});
        let body = render(&template, "hi").unwrap();
        assert_eq!(body, json!({"messages": [{"role": "user", "content": "Q: hi"}], "{{ input }}": true}));
    }

    #[test]
    fn a_template_stored_as_text_is_the_json_it_spells() {
        assert_eq!(render(&json!("{\"q\": \"{{ input }}\"}"), "\"").unwrap(), json!({"q": "\""}));
        assert_eq!(render(&json!("plain {{ input }}"), "x").unwrap(), json!("plain x"));
    }

    #[test]
    fn an_unknown_name_renders_as_nothing() {
        assert_eq!(render(&json!({"s": "{{ session.id }}"}), "x").unwrap(), json!({"s": ""}));
    }

    #[test]
    fn a_broken_template_is_named_by_its_place() {
        let problem = render(&json!({"a": ["ok", "{{ input"]}), "my secret").unwrap_err().to_string();
        assert!(problem.contains("endpoint.request_body_template.a[1] cannot be rendered"), "{problem}");
        assert!(!problem.contains("my secret"));
    }

    #[test]
    fn a_template_that_never_ends_is_stopped() {
        let template =
            json!("{% for i in range(9999) %}{% for j in range(9999) %}{{ i }}{% endfor %}{% endfor %}");
        assert!(render(&template, "x").unwrap_err().to_string().contains("TEMPLATE_STEPS"));
    }
}
