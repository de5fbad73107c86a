//! How a header says where a secret goes: `{{ auth_token }}` or `{{ secrets.NAME }}`, which is replaced as it stands. It is no
//! template: nothing can take a part of the secret, turn it round or otherwise change it beyond recognition.

use super::Opened;
use super::check::is_secret_name;
use crate::endpoints::CallError;

/// Which secret stands between the braces, white space aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::endpoints) enum Name<'t> {
    /// `auth_token`: what `auth` has, or a token for it.
    AuthToken,
    /// `secrets.NAME`: one that the endpoint's user has named.
    Named(&'t str),
}

/// A text with placeholders in it: what stands before each, and behind the last.
#[derive(Debug, Default)]
struct Parts<'t> {
    placed: Vec<(&'t str, Name<'t>)>,
    last: &'t str,
}

/// The secrets that a text asks for; none, if it is no text with placeholders.
pub(super) fn names(text: &str) -> Vec<Name<'_>> {
    parts(text).map(|parts| parts.placed.into_iter().map(|(_, name)| name).collect()).unwrap_or_default()
}

/// What a text says beside its placeholders.
pub(in crate::endpoints) fn around(text: &str) -> String {
    let Some(parts) = parts(text) else { return text.to_owned() };
    parts.placed.iter().map(|(before, _)| *before).chain([parts.last]).collect::<Vec<_>>().join(" ")
}

/// Whether the text says where a secret goes.
pub(in crate::endpoints) fn is_in(text: &str) -> bool {
    !names(text).is_empty()
}

/// Whether the text says where the secret of `auth` goes.
pub(in crate::endpoints) fn says_auth_token(text: &str) -> bool {
    names(text).contains(&Name::AuthToken)
}

/// The secret that is the whole of a text, where nothing may stand around it.
pub(in crate::endpoints) fn whole(text: &str) -> Option<&str> {
    match parts(text)?.placed[..] {
        [(before, Name::Named(name))] if before.is_empty() && text.ends_with("}}") => Some(name),
        _ => None,
    }
}

/// The text with the secrets in their places; `at` is what an error names.
pub(in crate::endpoints) fn replace(text: &str, opened: &Opened, at: &str) -> Result<String, CallError> {
    let Some(Parts { placed, last }) = parts(text) else {
        let why =
            "may say {{ auth_token }} or {{ secrets.NAME }}, exactly so, and is no template beyond that";
        return Err(CallError::invalid(at, why));
    };
    let mut replaced = String::new();
    for (before, name) in placed {
        replaced.push_str(before);
        replaced.push_str(opened.secret(name, at)?);
    }
    replaced.push_str(last);
    Ok(replaced)
}

/// What stands around the placeholders; `None` if there are braces of anything else.
fn parts(text: &str) -> Option<Parts<'_>> {
    let (mut parts, mut rest) = (Parts::default(), text);
    while let Some((before, behind)) = rest.split_once("{{") {
        let (inside, after) = behind.split_once("}}")?;
        parts.placed.push((before, name(inside.trim())?));
        rest = after;
    }
    parts.last = rest;
    let is_template =
        |part: &str| ["{{", "}}", "{%", "%}", "{#", "#}"].iter().any(|sign| part.contains(sign));
    let mut texts = parts.placed.iter().map(|(before, _)| *before).chain([parts.last]);
    if texts.any(is_template) { None } else { Some(parts) }
}

fn name(inside: &str) -> Option<Name<'_>> {
    if inside == "auth_token" {
        return Some(Name::AuthToken);
    }
    inside.strip_prefix("secrets.").filter(|name| is_secret_name(name)).map(Name::Named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> Opened {
        Opened::of("S", &[("a", "A"), ("b_2", "{{ secrets.a }}")])
    }

    #[test]
    fn the_secret_stands_where_the_placeholder_stood() {
        for (text, said) in [
            ("{{ auth_token }}", "S"),
            ("Bearer {{auth_token}}", "Bearer S"),
            ("Key={{  auth_token\t}}; v=1", "Key=S; v=1"),
            ("{{ auth_token }}:{{ auth_token }}", "S:S"),
            ("{{ secrets.a }}", "A"),
            ("{{auth_token}}/{{secrets.a}}", "S/A"),
            ("{{ secrets.b_2 }}", "{{ secrets.a }}"),
            ("{1} {\"a\": 1}", "{1} {\"a\": 1}"),
        ] {
            assert_eq!(replace(text, &opened(), "x").unwrap(), said);
        }
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
            "{{ secrets.a[:1] }}",
            "{{ secrets.a|upper }}",
            "{{ secrets['a'] }}",
            "{{ secrets }}",
            "{{ secrets. }}",
            "{{ secrets.a.b }}",
            "{{ secrets.nope }}",
        ] {
            let error = replace(text, &opened(), "request_headers.x").unwrap_err();
            assert_eq!(error.field.as_deref(), Some("request_headers.x"), "{text}");
        }
        assert!(replace("{{ auth_token }}", &Opened::default(), "x").is_err(), "there is none to replace it");
    }

    #[test]
    fn whole_is_a_named_secret_with_nothing_around_it() {
        assert_eq!(whole("{{ secrets.a }}"), Some("a"));
        for text in [
            "{{ auth_token }}",
            "x{{ secrets.a }}",
            "{{ secrets.a }} ",
            "{{ secrets.a }}{{ secrets.a }}",
            "a",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
