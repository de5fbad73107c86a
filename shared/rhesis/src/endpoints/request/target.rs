//! Decides what is dialled. Nothing else builds the address of a request.

use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use super::template;
use crate::endpoints::guard::{Guard, Way};
use crate::endpoints::names::{is_secret_parameter, looks_secret};
use crate::endpoints::plain::plain;
use crate::endpoints::secrets::{Opened, replace, whole};
use crate::endpoints::{CallError, Endpoint};

/// The URL to call, if the guard lets it through: base, path and query of the endpoint.
pub(super) fn decide(
    endpoint: &Endpoint,
    guard: &Guard,
    prompt: &str,
    opened: &Opened,
) -> Result<(Url, Way), CallError> {
    refuse_templates(endpoint)?;
    let mut url = Url::parse(endpoint.url.trim())
        .map_err(|error| CallError::invalid("url", &format!("is not a URL: {error}")))?;
    let way = guard.check("url", &url, endpoint.protocol.schemes())?;
    if let Some(path) = endpoint.path.as_deref().map(str::trim).filter(|path| !path.is_empty()) {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let joined = format!("{}/{}", url.path().trim_end_matches('/'), path.trim_start_matches('/'));
        url.set_path(&joined);
        if let Some(query) = query {
            let before = url.query().filter(|before| !before.is_empty()).map(|before| format!("{before}&"));
            url.set_query(Some(&format!("{}{query}", before.unwrap_or_default())));
        }
    }
    let is_secret = |value: &Value| value.as_str().is_some_and(|text| whole(text).is_some());
    let (secret, said): (Map<_, _>, _) =
        endpoint.query.clone().into_iter().partition(|(_, value)| is_secret(value));
    let said = template::fields(&said, prompt, "query_params")?;
    for name in endpoint.query.keys() {
        let value = match secret.get(name) {
            Some(text) => replace(&plain(text), opened, &format!("query_params.{name}"))?,
            None => said.get(name).map(plain).unwrap_or_default(),
        };
        url.query_pairs_mut().append_pair(name, &value);
    }
    url.set_fragment(None);
    Ok((url, way))
}

/// An address is no template: a prompt in it could lead elsewhere.
fn refuse_templates(endpoint: &Endpoint) -> Result<(), CallError> {
    let path = endpoint.path.as_deref().unwrap_or_default();
    for (field, text) in [("url", endpoint.url.as_str()), ("endpoint_path", path)] {
        if template::is_template(text) {
            let why = "is no template: a prompt goes into query_params or request_body_template";
            return Err(CallError::invalid(field, why));
        }
    }
    Ok(())
}

/// Refuses secrets where they would be stored and shown as they are, and what would not be sent as it is said.
pub(in crate::endpoints) fn check(endpoint: &Endpoint) -> Result<(), CallError> {
    let why = "sounds or looks like a secret, which belongs into auth or secrets";
    let is_secret = |name: &str, value: &str| is_secret_parameter(name) || looks_secret(name, value);
    let url = Url::parse(endpoint.url.trim()).ok();
    let in_url = url.iter().flat_map(Url::query_pairs).any(|(name, value)| is_secret(&name, &value));
    if in_url {
        return Err(CallError::invalid("url", &format!("has a query parameter that {why}")));
    }
    if let Some(path) = &endpoint.path {
        if path.contains('#') {
            let why = "has a #, behind which nothing is sent; in a path it is said as %23";
            return Err(CallError::invalid("endpoint_path", why));
        }
        let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
        if form_urlencoded::parse(query.as_bytes()).any(|(name, value)| is_secret(&name, &value)) {
            return Err(CallError::invalid("endpoint_path", &format!("has a query parameter that {why}")));
        }
    }
    let is_secret = |name: &str, value: &Value| {
        let value = plain(value);
        whole(&value).is_none() && is_secret(name, &value)
    };
    match endpoint.query.iter().find(|(name, value)| is_secret(name, value)) {
        Some((name, _)) => Err(CallError::invalid(&format!("query_params.{name}"), why)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::endpoints::guard::Allow;

    fn decided(endpoint: &Endpoint) -> Result<String, String> {
        let guard = Guard::of(Allow::parse("a,evil.test").unwrap());
        decide(endpoint, &guard, "x&y", &Opened::default())
            .map(|(url, _)| url.into())
            .map_err(|error| error.to_string())
    }

    fn url(url: &str, path: Option<&str>) -> Result<String, String> {
        let mut endpoint = Endpoint::input_output(url);
        endpoint.path = path.map(str::to_owned);
        decided(&endpoint)
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
    fn a_path_cannot_change_the_host() {
        assert_eq!(url("http://a/v1", Some("//evil.test/x#z")).unwrap(), "http://a/v1/evil.test/x%23z");
        assert_eq!(url("http://a/v1", Some("../..//evil.test")).unwrap(), "http://a//evil.test");
    }

    #[test]
    fn what_stands_behind_a_question_mark_in_a_path_is_a_query() {
        for (base, path, called) in [
            ("http://a/v1", "/chat?stream=false", "http://a/v1/chat?stream=false"),
            ("http://a/v1/?k=1", "chat?a=%26&b=c d", "http://a/v1/chat?k=1&a=%26&b=c%20d"),
            ("http://a/?", "chat?a", "http://a/chat?a"),
            ("http://a", "?a=b?c", "http://a/?a=b?c"),
        ] {
            assert_eq!(url(base, Some(path)).unwrap(), called);
        }
        let mut endpoint = Endpoint::input_output("http://a/v1");
        for path in ["/chat?api_key=s3cr3t", "/chat?x=1&code=abc", "/chat#top"] {
            endpoint.path = Some(path.to_owned());
            assert_eq!(check(&endpoint).unwrap_err().field.as_deref(), Some("endpoint_path"), "{path}");
        }
    }

    #[test]
    fn an_address_is_no_template() {
        for (base, path, field) in [
            ("http://a/v1", Some("/chat/{{ input }}"), "endpoint_path"),
            ("http://a/v1", Some("/chat?q={{input|upper}}"), "endpoint_path"),
            ("http://a/v1", Some("/{% if input %}a{% endif %}"), "endpoint_path"),
            ("http://a/{{ input }}", None, "url"),
            ("http://{{ input }}.test/", None, "url"),
            ("http://a/?q={# x #}", None, "url"),
        ] {
            let problem = url(base, path).unwrap_err();
            assert!(problem.contains(&format!("endpoint.{field} is no template")), "{problem}");
        }
        assert_eq!(url("http://a/v1", Some("/chat/{id}")).unwrap(), "http://a/v1/chat/%7Bid%7D");
    }

    #[test]
    fn query_parameters_are_rendered_added_and_escaped() {
        let mut endpoint = Endpoint::input_output("http://a/?k=1");
        endpoint.query.insert("q".to_owned(), json!("a&{{ input }}"));
        endpoint.query.insert("n".to_owned(), json!(2));
        assert_eq!(decided(&endpoint).unwrap(), "http://a/?k=1&n=2&q=a%26x%26y");
    }

    #[test]
    fn secrets_in_the_query_are_refused_by_name() {
        let mut endpoint = Endpoint::input_output("http://a/?key=s3cr3t");
        let problem = check(&endpoint).unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("url"));
        assert!(!problem.to_string().contains("s3cr3t"));
        endpoint = Endpoint::input_output("http://a/");
        endpoint.query.insert("api_key".to_owned(), json!("s3cr3t"));
        assert_eq!(check(&endpoint).unwrap_err().field.as_deref(), Some("query_params.api_key"));
        endpoint.query = serde_json::Map::from_iter([("max_tokens".to_owned(), json!(5))]);
        assert!(check(&endpoint).is_ok());
    }
}
