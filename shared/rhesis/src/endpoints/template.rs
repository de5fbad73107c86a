//! Renders request templates: JSON whose string leaves are Jinja, or one text of another language.
//!
//! Of JSON only strings are rendered, each by itself, after the JSON was parsed. In one text each value is written as the text's
//! language writes it, by where it stands. So no prompt, whatever quotes and braces it holds, can end a string, add a field, or
//! be taken for a template.

use serde::de::IgnoredAny;
use serde_json::{Deserializer, Map, Value};

use super::language::Language;
use super::{CallError, Endpoint};
use crate::programs::{self, Misplaced};

/// The field that holds the template.
const BODY: &str = "request_body_template";

/// What a call carries.
#[derive(Debug)]
pub(super) enum Content {
    Json(Value),
    Text(String),
}

impl Content {
    /// As a body has it, or a message.
    pub(super) fn written(self) -> String {
        match self {
            Self::Json(json) => json.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// The template with the prompt in its place.
pub(super) fn render(endpoint: &Endpoint, prompt: &str) -> Result<Content, CallError> {
    let Some(text) = endpoint.template.as_str() else {
        return rendered(&endpoint.template, prompt, BODY).map(Content::Json);
    };
    // A template that was given as text is the JSON it spells, if it spells any.
    if let Some(spelled) = spelled(text) {
        return rendered(&spelled, prompt, BODY).map(Content::Json);
    }
    let template = programs::template(&endpoint.template).map_err(|wrong| invalid(BODY, wrong))?;
    let write = |language: Language, prompt: &str| {
        let written = template.render_as(language.syntax(), &[("input", prompt)]);
        written.map_err(|wrong| invalid(BODY, wrong))
    };
    let language = match Language::of(endpoint, text) {
        // Whatever it begins with: what is JSON for a prompt of no malice, as it is or in quotes, must stay it for the others.
        Language::Other
            if write(Language::Json, "x").is_ok_and(|json| is_json(&json))
                || is_json(&write(Language::Other, "x")?) =>
        {
            Language::Json
        }
        known => known,
    };
    let written = write(language, prompt)?;
    let not_json = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        let why = format!("is not JSON when it is rendered: line {line}, column {column}");
        CallError::invalid(BODY, &why)
    };
    match language {
        Language::Json => serde_json::from_str(&written).map(Content::Json).map_err(not_json),
        Language::JsonLines => {
            let mut values = Deserializer::from_str(&written).into_iter::<IgnoredAny>();
            values.try_for_each(|value| value.map(drop)).map_err(not_json)?;
            Ok(Content::Text(written))
        }
        Language::Form | Language::Xml | Language::Other => Ok(Content::Text(written)),
    }
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

/// Whether a text says what is replaced in a template, or done.
pub(super) fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|sign| text.contains(sign))
}

/// Refuses names of fields that look like templates: they would be sent with their braces.
pub(super) fn check(endpoint: &Endpoint) -> Result<(), CallError> {
    let spelled = endpoint.template.as_str().and_then(spelled);
    let template = spelled.as_ref().unwrap_or(&endpoint.template);
    // What nests too deep to be walked is refused by its limit.
    programs::template(template).map_err(|wrong| invalid(BODY, wrong))?;
    let found = template_in_names(template, BODY).or_else(|| {
        let name = endpoint.query.keys().find(|name| is_template(name))?;
        Some(format!("query_params.{name}"))
    });
    match found {
        Some(at) => Err(CallError::invalid(&at, "is the name of a field, which is no template")),
        None => Ok(()),
    }
}

fn template_in_names(value: &Value, at: &str) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let at = format!("{at}.{name}");
            if is_template(name) { Some(at) } else { template_in_names(field, &at) }
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| template_in_names(item, &format!("{at}[{i}]")))
        }
        _ => None,
    }
}

/// Whether a text is an object or a list.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn spelled(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn rendered(template: &Value, prompt: &str, field: &str) -> Result<Value, CallError> {
    programs::template(template)
        .and_then(|template| template.render(&[("input", prompt)]))
        .map_err(|wrong| invalid(field, wrong))
}

fn invalid(field: &str, (at, why): Misplaced) -> CallError {
    CallError::invalid(&format!("{field}{at}"), &why.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn endpoint(template: Value, kind: &str) -> Endpoint {
        let mut endpoint = Endpoint::input_output("http://a");
        endpoint.template = template;
        if !kind.is_empty() {
            endpoint.headers.insert("content-type".to_owned(), kind.into());
        }
        endpoint
    }

    fn json(template: &Value, prompt: &str) -> Result<Value, CallError> {
        render(&endpoint(template.clone(), ""), prompt).map(|content| match content {
            Content::Json(json) => json,
            Content::Text(text) => text.into(),
        })
    }

    #[test]
    fn a_prompt_full_of_quotes_and_braces_stays_one_string() {
        let prompt = "\"}, {\"x\": 1} {{ 7 * 7 }} {% raw %} \\ \n\t\u{202e} 🦀";
        let body = json(&json!({"input": "{{ input }}", "n": 1}), prompt).unwrap();
        assert_eq!(body, json!({"input": prompt, "n": 1}));
    }

    #[test]
    fn strings_are_rendered_at_any_depth_and_keys_are_refused_that_would_not_be() {
        let template = json!({"messages": [{"role": "user", "content": "Q: {{ input }}"}]});
        let body = json(&template, "hi").unwrap();
        assert_eq!(body, json!({"messages": [{"role": "user", "content": "Q: hi"}]}));
        let named = json!({"a": [{"{{ input }}": "{{ input }}"}]});
        for template in [named.clone(), named.to_string().into()] {
            let error = check(&endpoint(template, "")).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("request_body_template.a[0].{{ input }}"));
        }
        let mut queried = Endpoint::input_output("http://a");
        queried.query.insert("{% if x %}".to_owned(), json!("y"));
        assert_eq!(check(&queried).unwrap_err().field.as_deref(), Some("query_params.{% if x %}"));
    }

    #[test]
    fn a_template_given_as_text_is_the_json_it_spells() {
        assert_eq!(json(&json!("{\"q\": \"{{ input }}\"}"), "\"").unwrap(), json!({"q": "\""}));
        assert_eq!(json(&json!("plain {{ input }}"), "x").unwrap(), json!("plain x"));
    }

    #[test]
    fn an_unknown_name_renders_as_nothing() {
        assert_eq!(json(&json!({"s": "{{ session.id }}"}), "x").unwrap(), json!({"s": ""}));
        assert_eq!(json(&json!("{\"s\": {{ session.id }}}"), "x").unwrap(), json!({"s": null}));
    }

    #[test]
    fn what_names_a_secret_is_no_template() {
        for said in [
            "{{ auth_token }}",
            "{{ auth_token[:7] }}",
            "{{ auth_token|reverse }}",
            "{{ 'x' ~ auth_token ~ input }}",
            "{% if auth_token == 'a' %}y{% endif %}",
            "{% for c in auth_token %}{{ c }},{% endfor %}",
            "{{ secrets.key }}",
            "{{ input if secrets['key'] > 'm' }}",
            "{{ [secrets]|length }}",
            "{% set x = auth_token %}",
        ] {
            for template in [json!({"a": said}), said.into(), json!(format!("{{\"a\": {said},}}"))] {
                let error = json(&template, "x").unwrap_err();
                assert!(error.reason.contains("a secret stands whole"), "{said}: {error}");
            }
        }
        assert_eq!(json(&json!("auth_token {{ input.secrets }}"), "x").unwrap(), json!("auth_token "));
    }

    #[test]
    fn a_broken_template_is_named_by_its_place() {
        let problem = json(&json!({"a": ["ok", "{{ input"]}), "my secret").unwrap_err().to_string();
        assert!(problem.contains("endpoint.request_body_template.a[1] cannot be rendered"), "{problem}");
        assert!(!problem.contains("my secret"));
    }

    #[test]
    fn a_template_that_never_ends_is_stopped() {
        let template =
            json!("{% for i in range(9999) %}{% for j in range(9999) %}{{ i }}{% endfor %}{% endfor %}");
        assert!(json(&template, "x").unwrap_err().to_string().contains("TEMPLATE_STEPS"));
    }

    /// What adds a field wherever it is written as it stands.
    const HOSTILE: [&str; 14] = [
        "x\", \"role\": \"admin",
        "\\\", \"role\": \"admin\", \"y\": \"\\",
        "\\",
        "\\\\\"",
        "\"",
        "{\"role\": \"admin\"}",
        "null, \"role\": \"admin\"",
        "1}, {\"role\": 1",
        "x&role=admin",
        "x%26role=admin",
        "]]></q><role>admin</role><q>",
        "\" role='admin'",
        "{{ 7 * 7 }}{% raw %}",
        "\u{0}\u{1f}\u{2028}\n\r\t",
    ];

    /// Templates given as text, each with one field `q` for the prompt. None spells JSON as it stands.
    const TEXTS: [&str; 13] = [
        "{\"q\": {{ input|tojson|safe }}, \"n\": 2}",
        "{\"q\": \"{{ input }}\", \"n\": {{ 1 + 1 }}}",
        "{\"q\": {{ input }}, \"n\": 2}",
        "{\"q\": {{ input|tojson }}, \"n\": 2}",
        "{\"q\": {{ input|safe }}, \"n\": 2}",
        "{\"q\": \"{{ input|default(\"\")|safe }}\", \"n\": 2}",
        "{% set q = input|tojson %}{\"q\": {{ q }}, \"n\": 2}",
        "{\"q\": {{ input if input else \"\" }}, \"n\": 2}",
        "{\"q\": {% if input %}{{ input }}{% else %}\"\"{% endif %}, \"n\": 2}",
        "{% for n in [2] %}{\"q\": \"{% for c in input|list %}{{ c }}{% endfor %}\", \"n\": {{ n }}}{% endfor %}",
        "{{ \"{\" if true }}\"q\": {{ \"\" ~ input }}, \"n\": 2}",
        "{{ {\"q\": input, \"n\": 2}|tojson }}",
        "{{ {\"q\": input, \"n\": 2} }}",
    ];

    fn stays_one_value(prompt: &str) -> Result<(), TestCaseError> {
        for text in TEXTS {
            let body = render(&endpoint(text.into(), "application/json"), prompt).unwrap().written();
            let body: Value = serde_json::from_str(&body).unwrap();
            prop_assert_eq!(body, json!({"q": prompt, "n": 2}), "{}", text);
            // Nor where nothing says that it is JSON, unless it then is none.
            let body = render(&endpoint(text.into(), "text/plain"), prompt).unwrap().written();
            let read: Result<Value, _> = serde_json::from_str(&body);
            prop_assert!(read.is_err() || read.unwrap() == json!({"q": prompt, "n": 2}), "{}", body);
        }
        for text in ["q={{ input }}&n=2", "q={% for c in input|list %}{{ c }}{% endfor %}&n={{ 2 }}"] {
            let body = render(&endpoint(text.into(), "application/x-www-form-urlencoded"), prompt).unwrap();
            let read: Vec<_> = url::form_urlencoded::parse(body.written().as_bytes()).into_owned().collect();
            prop_assert_eq!(read, [("q".into(), prompt.to_owned()), ("n".into(), "2".to_owned())]);
        }
        let body =
            render(&endpoint("<q a=\"{{ input }}\">{{ input }}</q>".into(), "text/xml"), prompt).unwrap();
        let body = body.written();
        let marks = |sign: char| body.chars().filter(|found| *found == sign).count();
        prop_assert_eq!((marks('<'), marks('>'), marks('"')), (2, 2, 2), "{}", body);
        Ok(())
    }

    #[test]
    fn a_hostile_prompt_adds_no_field_to_a_template_given_as_text() {
        for prompt in HOSTILE {
            stays_one_value(prompt).unwrap();
        }
    }

    proptest! {
        #[test]
        fn no_prompt_adds_a_field_to_a_template_given_as_text(
            prompt in prop_oneof![".{0,24}", "[\"\\\\{}:,a&=<>'\\[\\]\n]{0,24}"]
        ) {
            stays_one_value(&prompt)?;
        }
    }

    #[test]
    fn a_prompt_is_refused_where_it_would_be_more_than_a_value() {
        for (text, kind) in [
            ("{\"{{ input }}\": 1,}", ""),
            ("{ {{ input }}: 1}", ""),
            ("[1, {\"a\": [], {{ input|tojson }}: 2}]", "application/json"),
            ("{\"a\": \"\\{{ input }}\", \"n\": {{ 2 }}}", ""),
            ("{\"a\": \"\\u00{{ input }}\", \"n\": {{ 2 }}}", ""),
            ("{\"a\": 1} {{ input }}", ""),
            ("{\"a\": {{ input }}{{ input }}}", ""),
            ("{\"a\": '{{ input }}'}", "application/json"),
            ("q=1&{{ input }}", "application/x-www-form-urlencoded"),
            ("{{ input }}", "application/x-www-form-urlencoded"),
            ("<q {{ input }}>", "application/xml"),
            ("<![CDATA[{{ input }}]]>", "application/soap+xml"),
        ] {
            let error = render(&endpoint(text.into(), kind), "x").unwrap_err();
            assert_eq!(error.field.as_deref(), Some("request_body_template"), "{text}");
        }
    }

    #[test]
    fn lines_of_json_and_words_are_sent_as_texts() {
        let lines = "{\"q\": \"{{ input }}\"}\n{\"end\": true}";
        let sent = render(&endpoint(lines.into(), "application/x-ndjson"), "a\", \"role\": \"b").unwrap();
        assert_eq!(sent.written(), "{\"q\": \"a\\\", \\\"role\\\": \\\"b\"}\n{\"end\": true}");
        let sent = render(&endpoint("[INST] {{ input }} [/INST]".into(), ""), "\"a\"").unwrap();
        assert_eq!(sent.written(), "[INST] \"a\" [/INST]");
    }
}
