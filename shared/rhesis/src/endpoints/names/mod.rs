//! Names of headers and parameters: which are ours to set, and behind which secrets are.

mod values;

pub(super) use self::values::looks_secret;

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
const WORDS: [&str; 13] = [
    "auth", "pwd", "pw", "sig", "bearer", "jwt", "sas", "token", "cred", "creds", "passcode", "passkey",
    "otp",
];

/// How words end that do so, where small letters run together: `x-apitoken`, `licensekey`, `userpass`.
const ENDINGS: [&str; 3] = ["token", "key", "pass"];

/// Words that end so and are something else.
const OTHERS: [&str; 13] = [
    "monkey",
    "donkey",
    "turkey",
    "whiskey",
    "hockey",
    "jockey",
    "hotkey",
    "bypass",
    "compass",
    "encompass",
    "overpass",
    "surpass",
    "trespass",
];

/// What a key may be of and be no secret.
const OPEN_KEYS: [&str; 10] =
    ["idempotency", "sort", "partition", "cache", "primary", "foreign", "row", "routing", "group", "public"];

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
        || words.last().is_some_and(|last| ends_secret(last)) && !is_open_key(&words)
}

fn ends_secret(word: &str) -> bool {
    ENDINGS.iter().any(|ending| word.ends_with(ending)) && !OTHERS.contains(&word)
}

/// The same of a query parameter, where some services have secrets under the shortest of names.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    sounds_secret(name) || name.eq_ignore_ascii_case("code")
}

fn is_open_key(words: &[String]) -> bool {
    let is_open = |word: &str| OPEN_KEYS.contains(&word.strip_suffix("key").unwrap_or(word));
    words.iter().any(|word| is_open(word))
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
            "x-apitoken",
            "X-Authkey",
            "x-appkey",
            "x-bearertoken",
            "X-Refreshtoken",
            "X-Passcode",
            "x-sharedkey",
            "X-Licensekey",
            "X-Creds",
            "X-Pw",
            "x-userpass",
            "dbpass",
            "X-Pass",
        ] {
            assert!(sounds_secret(name) && may_be_secret(name), "{name}");
        }
        for name in ["max_tokens", "Idempotency-Key", "x-author"] {
            assert!(!sounds_secret(name) && may_be_secret(name), "{name}");
        }
        for name in ["X-Monkey", "x-sortkey", "cachekey", "X-Hotkey"] {
            assert!(!sounds_secret(name), "{name}");
        }
        for name in ["accept", "lang", "x-request-id", "monk", "code", "design", "x-bypass", "compass"] {
            assert!(!sounds_secret(name) && !may_be_secret(name), "{name}");
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
