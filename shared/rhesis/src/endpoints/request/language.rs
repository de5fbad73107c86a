use crate::endpoints::Endpoint;
use crate::programs::Syntax;

/// The type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// What a template is written in that is one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Json,
    /// JSON texts, one after the other.
    JsonLines,
    Form,
    Xml,
    /// Words, or what is known to nobody but the endpoint.
    Other,
}

impl Language {
    /// What the endpoint's `Content-Type` says; JSON also, where nothing else is said, if the text begins as JSON does.
    pub(super) fn of(endpoint: &Endpoint, text: &str) -> Self {
        match content_type(endpoint).as_str() {
            FORM => Self::Form,
            "application/json" | "text/json" => Self::Json,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines"
            | "application/jsonlines"
            | "application/json-lines" => Self::JsonLines,
            "application/xml" | "text/xml" => Self::Xml,
            said if said.ends_with("+json") => Self::Json,
            said if said.ends_with("+xml") => Self::Xml,
            _ if begins_as_json(text) => Self::Json,
            _ => Self::Other,
        }
    }

    pub(super) fn syntax(self) -> Syntax {
        match self {
            Self::Json | Self::JsonLines => Syntax::Json,
            Self::Form => Syntax::Form,
            Self::Xml => Syntax::Xml,
            Self::Other => Syntax::Text,
        }
    }
}

/// The type without its parameters, in small letters; empty, if none is said.
pub(super) fn content_type(endpoint: &Endpoint) -> String {
    let said = endpoint.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let said = said.and_then(|(_, value)| value.as_str()).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a text is an object or a list from its first signs on: `{"`, `{}`, `[1`, `[{`, or a bracket before a tag. `[INST]` is not.
fn begins_as_json(text: &str) -> bool {
    let text = behind_tags(text.trim_start_matches('\u{feff}'));
    let next = |rest: &str| behind_tags(rest).bytes().next();
    match text.as_bytes() {
        [b'{', b'{', ..] => false,
        [b'{', ..] => {
            text[1..].trim_start().starts_with("{{")
                || matches!(next(&text[1..]), Some(b'"' | b'}' | b'\'' | b'/'))
        }
        [b'[', ..] => {
            text[1..].trim_start().starts_with("{{")
                || matches!(next(&text[1..]), Some(b'"' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9'))
        }
        _ => false,
    }
}

/// The text behind the white space, statements and comments that it begins with.
fn behind_tags(text: &str) -> &str {
    let mut text = text.trim_start();
    while let Some((end, tag)) =
        [("%}", "{%"), ("#}", "{#")].into_iter().find(|(_, tag)| text.starts_with(tag))
    {
        match text[tag.len()..].split_once(end) {
            Some((_, behind)) => text = behind.trim_start(),
            None => return text,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_begins_as_json_does_is_json() {
        for text in [
            "{\"q\": {{ input }}}",
            " {\n \"q\": 1,}",
            "{% set x = 1 %}\n{# it is #}{\"q\": {{ x }}}",
            "[{% for x in y %}\"{{ x }}\"{% endfor %}\"\"]",
            "[{{ input }}]",
            "[1, {{ input }}]",
            "{ {{ input }}: 1}",
            "{}",
            "{% if a %}{\"a\"{% endif %}",
            "\u{feff}{\"a\": {{ input }}}",
            "{'a': '{{ input }}'}",
            "{ // a\n \"a\": 1}",
        ] {
            assert!(begins_as_json(text), "{text}");
        }
        for text in [
            "{{ input }}",
            "[INST] {{ input }} [/INST]",
            "{% if a %}x{% endif %}",
            "{% x",
            "",
            "{a} {{ input }}",
            "q=1",
        ] {
            assert!(!begins_as_json(text), "{text}");
        }
    }

    #[test]
    fn the_header_says_what_a_text_is() {
        for (said, language) in [
            ("application/json; charset=utf-8", Language::Json),
            ("Application/VND.api+JSON", Language::Json),
            ("application/x-ndjson", Language::JsonLines),
            ("application/soap+xml", Language::Xml),
            ("text/xml", Language::Xml),
            (" application/x-www-form-urlencoded ; charset=utf-8", Language::Form),
            ("text/plain", Language::Other),
        ] {
            let mut endpoint = Endpoint::input_output("http://a");
            endpoint.headers.insert("CONTENT-type".to_owned(), said.into());
            assert_eq!(Language::of(&endpoint, "{{ input }}"), language, "{said}");
        }
    }
}
