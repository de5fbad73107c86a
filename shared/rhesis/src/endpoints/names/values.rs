//! Values that can hardly be anything but secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{is_open_key, may_be_secret, words};
use crate::secrets::SHORTEST;

/// How keys and tokens of well-known services begin.
const BEGINNINGS: [&str; 27] = [
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxs-",
    "xapp-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "hf_",
    "gsk_",
    "npm_",
    "pypi-",
    "SG.",
    "whsec_",
    "rh-",
];
/// Where services are told something by whoever knows the address.
const HOOKS: [&str; 5] = [
    "hooks.slack.com/services/",
    "hooks.slack.com/workflows/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    ".webhook.office.com/webhookb2/",
];
/// So long is each of them at least.
const KEY_LENGTH: usize = 16;
/// And so long a value of letters and digits that a name makes suspicious.
const LONG: usize = 20;

/// Whether a value can hardly be anything but a secret, whatever it is called: the key of a well-known service, a signed
/// token, a private key, a header of HTTP's schemes, a password in an address; or a long word of letters and digits whose name hints at one.
pub(in crate::endpoints) fn looks_secret(name: &str, value: &str) -> bool {
    let is_separator = |sign: char| sign.is_whitespace() || "\"',;=&?/<>()[]{}|".contains(sign);
    let hints = may_be_secret(name) && !is_open_key(&words(name));
    value.contains("-----BEGIN")
        || is_scheme(value)
        || value.split_whitespace().any(is_address_of_one)
        || value.split(is_separator).any(|word| is_key(word) || hints && is_random(word))
}

/// `Basic dXNlcjpwdw==`, `Bearer x`: what a header of HTTP says by which somebody proves who asks.
fn is_scheme(value: &str) -> bool {
    let Some((scheme, rest)) = value.trim().split_once(char::is_whitespace) else { return false };
    let rest = rest.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => STANDARD.decode(rest).is_ok_and(|pair| pair.contains(&b':')),
        "bearer" | "token" | "apikey" => rest.len() >= SHORTEST && !rest.contains(char::is_whitespace),
        "digest" => rest.contains("response="),
        _ => false,
    }
}

/// An address with a password, or one that is a secret as a whole.
fn is_address_of_one(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let has_password = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    has_password || HOOKS.iter().any(|hook| rest.contains(hook))
}

fn is_key(word: &str) -> bool {
    let is_signed = word.starts_with("eyJ") && word.split('.').count() == 3;
    word.len() >= KEY_LENGTH
        && (is_signed || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)))
        && word.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

fn is_random(word: &str) -> bool {
    word.len() >= LONG
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn a_secret_is_known_by_its_looks_and_by_a_name_that_hints_at_one() {
        for value in [
            "sk-proj-4f9aB2c7D1e8F6a3",
            "Bearer ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "{\"k\": \"AKIAIOSFODNN7EXAMPLE\"}",
            "-----BEGIN PRIVATE KEY-----",
            "Basic dXNlcjpwdw==",
            "bearer abcdefgh",
            "Digest username=\"u\", response=\"6629\"",
            "postgres://u:pw@db.internal/x",
            "see https://user:p%40ss@host:8443",
            "https://hooks.slack.com/services/T000/B000/XXXX",
        ] {
            assert!(looks_secret("x-odd", value), "{value}");
        }
        assert!(looks_secret("x-keys", "4f9a2c7d1e8f6a3b5c4d"));
        for (name, value) in [
            ("Idempotency-Key", "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23"),
            ("x-trace", "4f9a2c7d1e8f6a3b5c4d"),
            ("accept", "application/vnd.api+json; version=2"),
            ("x-team", "sk-team"),
            ("max_tokens", "4096"),
            ("x-note", "Basic authentication"),
            ("x-note", "Bearer of bad news"),
            ("x-origin", "https://me@example.com/a:b@c"),
            ("x-origin", "https://example.com/?at=a:b@c"),
        ] {
            assert!(!looks_secret(name, value), "{name}: {value}");
        }
    }
}
