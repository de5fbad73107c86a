//! Names of headers and parameters: which are ours to set, and behind which secrets are.

/// Headers that are the connection's, not the endpoint's.
const OURS: [&str; 11] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "keep-alive",
    "expect",
    "accept-encoding",
    "content-encoding",
];

const SECRET: [&str; 8] = ["auth", "token", "key", "secret", "password", "cookie", "credential", "signature"];

/// Letters that never stand in the name of anything but a secret, separators aside.
const SURELY: [&str; 16] = [
    "authorization",
    "cookie",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "signature",
    "apikey",
    "accesskey",
    "subscriptionkey",
    "functionskey",
    "accesstoken",
    "authtoken",
    "privatetoken",
    "securitytoken",
];

/// Words that do so if they stand alone: `X-Auth`, `sharedPwd`.
const WORDS: [&str; 7] = ["auth", "pwd", "sig", "bearer", "jwt", "sas", "token"];

/// What a key may be of and be no secret.
const OPEN_KEYS: [&str; 10] =
    ["idempotency", "sort", "partition", "cache", "primary", "foreign", "row", "routing", "group", "public"];

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
/// So long is each of them at least.
const KEY_LENGTH: usize = 16;
/// And so long a value of letters and digits that a name makes suspicious.
const LONG: usize = 20;

/// Whether a header is set by whoever makes the connection.
pub(super) fn is_ours(header: &str) -> bool {
    let header = header.to_lowercase();
    OURS.contains(&header.as_str()) || header.starts_with("proxy-") || header.starts_with("sec-")
}

/// Whether the value of a header or parameter may be a secret, so that it is not shown.
pub(super) fn may_be_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    SECRET.iter().any(|word| lower.contains(word)) || sounds_secret(name)
}

/// Whether the value of a header or parameter can hardly be anything but a secret, so that it must not be stored as it is.
pub(super) fn sounds_secret(name: &str) -> bool {
    let words = words(name);
    let joined = words.concat();
    SURELY.iter().any(|letters| joined.contains(letters))
        || words.iter().any(|word| WORDS.contains(&word.as_str()))
        || matches!(words.as_slice(), [.., last] if last == "key") && !is_open_key(&words)
}

/// The same of a query parameter, where some services have secrets under the shortest of names.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    sounds_secret(name) || ["code", "pass"].contains(&name.to_lowercase().as_str())
}

/// Whether a value can hardly be anything but a secret, whatever it is called: the key of a well-known service, a signed
/// token, a private key; or a long word of letters and digits whose name hints at one.
pub(super) fn looks_secret(name: &str, value: &str) -> bool {
    let is_separator = |sign: char| sign.is_whitespace() || "\"',;=&?/<>()[]{}|".contains(sign);
    let hints = may_be_secret(name) && !is_open_key(&words(name));
    value.contains("-----BEGIN")
        || value.split(is_separator).any(|word| is_key(word) || hints && is_random(word))
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

fn is_open_key(words: &[String]) -> bool {
    words.iter().any(|word| OPEN_KEYS.contains(&word.as_str()))
}

/// The words of a name: `X-Api_keyName` has four.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for sign in name.chars() {
        if !sign.is_alphanumeric() || (was_small && sign.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| sign.is_alphanumeric()) {
            last.extend(sign.to_lowercase());
        }
        was_small = sign.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surely_is_a_secret_is_told_from_what_may_be_one() {
        for name in [
            "Authorization",
            "X-Api-Key",
            "api_key",
            "client_secret",
            "Cookie",
            "access_token",
            "key",
            "PRIVATE-TOKEN",
            "Ocp-Apim-Subscription-Key",
            "X-Functions-Key",
            "X-Amz-Security-Token",
            "subscriptionKey",
            "sig",
            "pwd",
            "X-Auth",
            "X-Vault-Token",
            "dbPassword",
            "APIKEY",
            "xi-api-key",
        ] {
            assert!(sounds_secret(name) && may_be_secret(name), "{name}");
        }
        for name in ["max_tokens", "Idempotency-Key", "x-author"] {
            assert!(!sounds_secret(name) && may_be_secret(name), "{name}");
        }
        for name in ["accept", "lang", "x-request-id", "monk", "code", "design"] {
            assert!(!sounds_secret(name) && !may_be_secret(name), "{name}");
        }
    }

    #[test]
    fn a_secret_is_known_by_its_looks_and_by_a_name_that_hints_at_one() {
        for value in [
            "sk-proj-4f9aB2c7D1e8F6a3",
            "Bearer ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "{\"k\": \"AKIAIOSFODNN7EXAMPLE\"}",
            "-----BEGIN PRIVATE KEY-----",
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
        ] {
            assert!(!looks_secret(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn a_parameter_may_be_a_secret_under_a_short_name() {
        for name in ["code", "sig", "pwd", "Code", "pass"] {
            assert!(is_secret_parameter(name), "{name}");
        }
        for name in ["country_code", "lang", "v", "signal", "passage"] {
            assert!(!is_secret_parameter(name), "{name}");
        }
    }
}
