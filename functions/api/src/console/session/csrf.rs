use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// What every form of a session carries: made of its secret, so that another site can neither read nor guess it.
pub(super) fn token(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("csrf {secret}")))
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (one, other)| differ | (one ^ other));
    one.len() == other.len() && differ == 0
}

/// Whether the browser says that the request is another site's. One that says nothing is not a browser of the last years.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_sessions_and_compared_as_a_whole() {
        assert!(same(&token("a"), &token("a")));
        assert!(!same(&token("a"), &token("b")));
        assert!(!same(&token("a"), &token("a")[1..]));
        assert!(!same("", &token("a")));
    }

    #[test]
    fn what_comes_from_another_site_is_foreign() {
        let from = |site: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("sec-fetch-site", site.parse().unwrap());
            is_foreign(&headers)
        };
        assert!(from("cross-site") && from("same-site"));
        assert!(!from("same-origin") && !from("none") && !is_foreign(&HeaderMap::new()));
    }
}
