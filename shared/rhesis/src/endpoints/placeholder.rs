//! How a header says where the secret goes: `{{ auth_token }}`, which is replaced as it stands. It is no template: nothing
//! can take a part of the secret, turn it round or otherwise change it beyond recognition.

use super::CallError;

/// What stands between the braces, white space aside.
const NAME: &str = "auth_token";

/// Whether the text says where the secret goes.
pub(super) fn is_in(text: &str) -> bool {
    parts(text).is_some_and(|parts| parts.len() > 1)
}

/// The text with the secret in its place; `at` is what an error names.
pub(super) fn replace(text: &str, secret: Option<&str>, at: &str) -> Result<String, CallError> {
    let refuse = |why: &str| Err(CallError::invalid(at, why));
    match (parts(text), secret) {
        (None, _) => refuse("may say {{ auth_token }}, exactly so, and is no template beyond that"),
        (Some(parts), _) if parts.len() == 1 => Ok(parts.concat()),
        (Some(_), None) => refuse("says {{ auth_token }}, but auth has none"),
        (Some(parts), Some(secret)) => Ok(parts.join(secret)),
    }
}

/// What stands around the placeholders; `None` if there are braces of anything else.
fn parts(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, behind)) = rest.split_once("{{") {
        let (inside, after) = behind.split_once("}}")?;
        if inside.trim() != NAME {
            return None;
        }
        parts.push(before);
        rest = after;
    }
    parts.push(rest);
    let is_template =
        |part: &&str| ["{{", "}}", "{%", "%}", "{#", "#}"].iter().any(|sign| part.contains(sign));
    if parts.iter().any(is_template) { None } else { Some(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_stands_where_the_placeholder_stood() {
        for (text, said) in [
            ("{{ auth_token }}", "S"),
            ("Bearer {{auth_token}}", "Bearer S"),
            ("Key={{  auth_token\t}}; v=1", "Key=S; v=1"),
            ("{{ auth_token }}:{{ auth_token }}", "S:S"),
            ("{1} {\"a\": 1}", "{1} {\"a\": 1}"),
        ] {
            assert_eq!(replace(text, Some("S"), "x").unwrap(), said);
        }
        assert_eq!(replace("{{ auth_token }}", Some("{{ auth_token }}"), "x").unwrap(), "{{ auth_token }}");
    }

    #[test]
    fn all_else_in_braces_is_refused() {
        for text in [
            "{{ auth_token[:7] }}",
            "{{ auth_token|reverse }}",
            "{{ auth_token | upper }}",
            "{{- auth_token -}}",
            "{{ 'x' ~ auth_token }}",
            "{% if auth_token %}a{% endif %}",
            "{{ auth_token }}{# x #}",
            "{{ input }}",
            "{{ auth_token",
            "auth_token }}",
            "{{ {{ auth_token }} }}",
            "{{ Auth_Token }}",
            "{{ }}",
        ] {
            let error = replace(text, Some("S"), "request_headers.x").unwrap_err();
            assert_eq!(error.field.as_deref(), Some("request_headers.x"), "{text}");
        }
        assert!(replace("{{ auth_token }}", None, "x").is_err(), "there is none to replace it");
    }
}
