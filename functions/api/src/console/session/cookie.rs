use axum::http::{HeaderMap, HeaderValue, header};
use rhesis::sessions::LIFE;
use settings::QUEUE_URL_PREFIX;
use sha2::{Digest as _, Sha256};

/// The cookie's name. Browsers send cookies to every port of a machine, so it has a part that differs between stacks.
pub(in crate::console) fn name() -> String {
    let hash = Sha256::digest(QUEUE_URL_PREFIX.get().unwrap_or_default());
    format!("__Host-console-{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
}

/// The secret that a browser sent.
pub(in crate::console) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = pairs
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, value)| *known == name && !value.is_empty() && value.len() <= 64)
        .map(|(_, value)| value);
    values.next()
}

/// What makes the browser keep a secret: only for us, never shown to a script, never sent along by another site.
pub(super) fn keep(name: &str, secret: &str) -> HeaderValue {
    set(&format!("{name}={secret}; Path=/; Max-Age={LIFE}; HttpOnly; Secure; SameSite=Strict"))
}

/// What makes the browser forget it.
pub(super) fn forget(name: &str) -> HeaderValue {
    set(&format!("{name}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"))
}

fn set(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let headers = HeaderMap::from_iter([
            (header::COOKIE, "a=1; x-c=2".parse().unwrap()),
            (header::COOKIE, "c=secret;d=4".parse().unwrap()),
        ]);
        assert_eq!(read(&headers, "c"), Some("secret"));
        assert_eq!(read(&headers, "x"), None);
        assert_eq!(read(&HeaderMap::new(), "c"), None);
    }
}
