//! Decides what is dialled. Nothing else builds the address of a request: restrictions on it belong here.

use reqwest::Url;

use super::{CallError, CallErrorKind, Endpoint};

/// The URL to call: base, path and query of the endpoint; http or https, without a user name or password.
pub(super) fn decide(endpoint: &Endpoint) -> Result<Url, CallError> {
    let refuse = |why: String| CallError::new(CallErrorKind::InvalidEndpoint, why);
    let mut url =
        Url::parse(endpoint.url.trim()).map_err(|e| refuse(format!("endpoint.url is not a URL: {e}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse(format!("endpoint.url has scheme {:?}: must be http or https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("endpoint.url holds a user name or password: send them as a header".to_owned()));
    }
    if let Some(path) = endpoint.path.as_deref().map(str::trim).filter(|path| !path.is_empty()) {
        let joined = format!("{}/{}", url.path().trim_end_matches('/'), path.trim_start_matches('/'));
        url.set_path(&joined);
    }
    for (name, value) in &endpoint.query {
        url.query_pairs_mut().append_pair(name, &plain(value));
    }
    url.set_fragment(None);
    Ok(url)
}

/// A JSON value as one query or header value: strings as they are, everything else as compact JSON.
pub(super) fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn url(url: &str, path: Option<&str>) -> Result<String, String> {
        let mut endpoint = Endpoint::input_output(url);
        endpoint.path = path.map(str::to_owned);
        decide(&endpoint).map(String::from).map_err(|error| error.to_string())
    }

    #[test]
    fn url_and_path_meet_in_exactly_one_slash() {
        for (base, path) in [("http://a/v1", "chat"), ("http://a/v1/", "/chat"), ("http://a/v1/", "chat")] {
            assert_eq!(url(base, Some(path)).unwrap(), "http://a/v1/chat");
        }
        assert_eq!(url("http://a/v1", None).unwrap(), "http://a/v1");
        assert_eq!(url("http://a/v1/", Some(" ")).unwrap(), "http://a/v1/");
    }

    #[test]
    fn a_path_cannot_change_the_host_or_add_a_query() {
        assert_eq!(url("http://a/v1", Some("//evil.test/x?y#z")).unwrap(), "http://a/v1/evil.test/x%3Fy%23z");
    }

    #[test]
    fn query_parameters_are_added_and_escaped() {
        let mut endpoint = Endpoint::input_output("http://a/?k=1");
        endpoint.query.insert("q".to_owned(), json!("a&b"));
        endpoint.query.insert("n".to_owned(), json!(2));
        assert_eq!(decide(&endpoint).unwrap().as_str(), "http://a/?k=1&n=2&q=a%26b");
    }

    #[test]
    fn only_http_and_https_without_credentials_are_called() {
        for bad in ["file:///etc/passwd", "ftp://a", "a/b", "", "http://", "http://user:secret@a"] {
            let problem = url(bad, None).unwrap_err();
            assert!(problem.contains("endpoint.url") && !problem.contains("secret"), "{bad}: {problem}");
        }
    }
}
