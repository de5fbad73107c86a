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
fn line_breaks_at_the_end_are_sent_as_they_were_written() {
    for end in ["", "\n", "\n\n", "\r\n", "\r", "\n\r", "\r\r\n", " \n "] {
        let template = json!({"s": format!("line{end}"), "x": format!("{{{{ input }}}}{end}")});
        let sent = json!({"s": format!("line{end}"), "x": format!("q{end}")});
        assert_eq!(json(&template, "q").unwrap(), sent, "{end:?}");
        for (kind, text, sent) in [
            ("multipart/form-data; boundary=b", "--b\r\n\r\n{{ input }}\r\n--b--", "--b\r\n\r\nq\r\n--b--"),
            ("text/plain", "{{ input }}", "q"),
            ("application/xml", "<a>{{ input }}</a>", "<a>q</a>"),
            ("application/x-ndjson", "{\"q\": {{ input }}}", "{\"q\": \"q\"}"),
        ] {
            let written = render(&endpoint(format!("{text}{end}").into(), kind), "q").unwrap().written();
            assert_eq!(written, format!("{sent}{end}"), "{kind}");
        }
    }
}

#[test]
fn a_template_given_as_text_has_no_key_twice() {
    for (template, kind) in [
        ("{\"role\": \"user\", \"x\": {{ input }}, \"role\": \"admin\"}", ""),
        ("{\"a\": [{\"x\": \"{{ input }}\", \"\\u0078\": 1}]}", ""),
        ("{\"x\": {{ input }}}\n{\"x\": 1, \"x\": 2}", "application/jsonl"),
    ] {
        let error = render(&endpoint(template.into(), kind), "x").unwrap_err();
        assert_eq!(error.field.as_deref(), Some("request_body_template"), "{template}");
        assert!(error.to_string().contains("twice"), "{template}: {error}");
    }
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
    let body = render(&endpoint("<q a=\"{{ input }}\">{{ input }}</q>".into(), "text/xml"), prompt).unwrap();
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
