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

/// Words that never name anything but a secret.
const SURELY: [&str; 8] =
    ["authorization", "cookie", "secret", "password", "api-key", "apikey", "access-token", "auth-token"];

/// Whether a header is set by whoever makes the connection.
pub(super) fn is_ours(header: &str) -> bool {
    let header = header.to_lowercase();
    OURS.contains(&header.as_str()) || header.starts_with("proxy-") || header.starts_with("sec-")
}

/// Whether the value of a header or parameter may be a secret, so that it is not shown.
pub(super) fn may_be_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|word| name.contains(word))
}

/// Whether the value of a header or parameter can hardly be anything but a secret, so that it must not be stored as it is.
pub(super) fn sounds_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace('_', "-");
    ["key", "token"].contains(&name.as_str()) || SURELY.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surely_is_a_secret_is_told_from_what_may_be_one() {
        for name in
            ["Authorization", "X-Api-Key", "api_key", "client_secret", "Cookie", "access_token", "key"]
        {
            assert!(sounds_secret(name) && may_be_secret(name), "{name}");
        }
        for name in ["max_tokens", "Idempotency-Key", "x-author"] {
            assert!(!sounds_secret(name) && may_be_secret(name), "{name}");
        }
        for name in ["accept", "lang", "x-request-id"] {
            assert!(!sounds_secret(name) && !may_be_secret(name), "{name}");
        }
    }
}
