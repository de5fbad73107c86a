//! Renders request templates: JSON whose string leaves are Jinja.
//!
//! Only strings are rendered, each by itself, after the JSON was parsed. So no prompt, whatever quotes and braces it
//! holds, can end a string, add a field, or be taken for a template.

use minijinja::{Environment, UndefinedBehavior, context};
use serde_json::Value;

use super::CallError;

/// Instructions that one string may take to render: a template is a user's input and must end.
const FUEL: u64 = 100_000;

/// The template with the prompt in its place.
pub(super) fn render(template: &Value, prompt: &str) -> Result<Value, CallError> {
    // A template that was stored as text is the JSON it spells, if it spells any.
    let spelled = template.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    leaf_by_leaf(&jinja(), spelled.as_ref().unwrap_or(template), prompt, "request_body_template")
}

/// A single text with the prompt in its place; `at` is what an error names.
pub(super) fn text(text: &str, prompt: &str, at: &str) -> Result<String, CallError> {
    rendered(&jinja(), text, context! { input => prompt }, at)
}

fn jinja() -> Environment<'static> {
    let mut jinja = Environment::new();
    jinja.set_undefined_behavior(UndefinedBehavior::Chainable);
    jinja.set_fuel(Some(FUEL));
    jinja
}

/// Names the place and the kind of an error; its details may quote the prompt.
fn rendered(
    jinja: &Environment<'_>,
    text: &str,
    context: minijinja::Value,
    at: &str,
) -> Result<String, CallError> {
    jinja
        .render_str(text, context)
        .map_err(|error| CallError::invalid(at, &format!("cannot be rendered: {}", error.kind())))
}

fn leaf_by_leaf(
    jinja: &Environment<'_>,
    template: &Value,
    prompt: &str,
    at: &str,
) -> Result<Value, CallError> {
    Ok(match template {
        Value::String(text) => Value::String(rendered(jinja, text, context! { input => prompt }, at)?),
        Value::Array(items) => (items.iter().enumerate())
            .map(|(i, item)| leaf_by_leaf(jinja, item, prompt, &format!("{at}[{i}]")))
            .collect::<Result<_, _>>()?,
        Value::Object(fields) => (fields.iter())
            .map(|(key, field)| {
                Ok((key.clone(), leaf_by_leaf(jinja, field, prompt, &format!("{at}.{key}"))?))
            })
            .collect::<Result<_, CallError>>()?,
        plain => plain.clone(),
    })
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
        assert!(render(&template, "x").unwrap_err().to_string().contains("cannot be rendered"));
    }
}
