//! Builds the request of an endpoint for one prompt.

use std::collections::HashSet;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::{Map, Value};
use url::Url;
use url::form_urlencoded::Serializer;

use super::language::FORM;
use super::template::Content;
use super::{target, template};
use crate::endpoints::guard::{Guard, Way};
use crate::endpoints::names::{is_ours, looks_secret, sounds_secret};
use crate::endpoints::plain::plain;
use crate::endpoints::secrets::{Opened, around, is_in, replace, says_auth_token};
use crate::endpoints::{CallError, Endpoint};
use crate::programs::apart;

/// Where a call goes and what it carries, whatever the protocol.
#[derive(Debug)]
pub(in crate::endpoints) struct Prepared {
    pub(in crate::endpoints) url: Url,
    pub(in crate::endpoints) way: Way,
    pub(in crate::endpoints) headers: HeaderMap,
    /// The rendered template.
    pub(in crate::endpoints) content: Content,
}

/// Renders what the endpoint says, and puts the secret where it goes.
pub(in crate::endpoints) fn prepare(
    endpoint: &Endpoint,
    guard: &Guard,
    prompt: &str,
    opened: &Opened,
) -> Result<Prepared, CallError> {
    let (mut url, way) = target::decide(endpoint, guard, prompt, opened)?;
    let mut headers = headers(&endpoint.headers, opened)?;
    let is_placed = endpoint.headers.values().filter_map(Value::as_str).any(says_auth_token);
    if let Some(credential) = opened.credential().filter(|_| !is_placed) {
        credential.place(&mut url, &mut headers)?;
    }
    Ok(Prepared { url, way, headers, content: template::render(endpoint, prompt)? })
}

/// The same, apart from the runtime's threads: a template is a program.
pub(in crate::endpoints) async fn prepare_apart(
    endpoint: &Endpoint,
    guard: &Guard,
    prompt: &str,
    opened: &Opened,
) -> Result<Prepared, CallError> {
    let (endpoint, guard, prompt) = (endpoint.clone(), guard.clone(), prompt.to_owned());
    let opened = opened.clone();
    let prepared = apart(move || prepare(&endpoint, &guard, &prompt, &opened)).await;
    prepared.map_err(|broken| CallError::invalid("request_body_template", &broken.to_string()))?
}

/// The HTTP request: content as query parameters of a GET, as body of everything else.
pub(in crate::endpoints) fn build(method: &str, prepared: Prepared) -> Result<Request, CallError> {
    let method = self::method(method)?;
    let Prepared { mut url, mut headers, content, .. } = prepared;
    if method == Method::GET {
        let Content::Json(Value::Object(fields)) = content else {
            return Err(CallError::invalid("request_body_template", "must be an object for GET"));
        };
        for (name, value) in &fields {
            url.query_pairs_mut().append_pair(name, &plain(value));
        }
        return Ok(request(method, url, headers, None));
    }
    let (kind, body) = match content {
        Content::Json(Value::Object(fields)) if says_form(&headers) => (FORM, form(&fields)),
        Content::Json(_) if says_form(&headers) => {
            return Err(CallError::invalid(
                "request_body_template",
                "must be an object or a text for a form",
            ));
        }
        Content::Text(text) => ("text/plain; charset=utf-8", text),
        Content::Json(json) => ("application/json", json.to_string()),
    };
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
    Ok(request(method, url, headers, Some(body)))
}

fn method(name: &str) -> Result<Method, CallError> {
    match name {
        "GET" => Ok(Method::GET),
        "POST" => Ok(Method::POST),
        "PUT" => Ok(Method::PUT),
        "PATCH" => Ok(Method::PATCH),
        "DELETE" => Ok(Method::DELETE),
        other => {
            let why = format!("is {other:?}: must be GET, POST, PUT, PATCH or DELETE");
            Err(CallError::invalid("method", &why))
        }
    }
}

fn request(method: Method, url: Url, headers: HeaderMap, body: Option<String>) -> Request {
    let mut request = Request::new(method, url);
    *request.headers_mut() = headers;
    *request.body_mut() = body.map(Into::into);
    request
}

fn says_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM))
}

fn form(fields: &Map<String, Value>) -> String {
    let pairs = fields.iter().map(|(name, value)| (name, plain(value)));
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn headers(given: &Map<String, Value>, opened: &Opened) -> Result<HeaderMap, CallError> {
    (given.iter())
        .map(|(name, value)| {
            let at = format!("request_headers.{name}");
            let key = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| CallError::invalid(&at, "is not the name of a header"))?;
            if is_ours(name) {
                return Err(CallError::invalid(&at, "is set by the connection"));
            }
            let placed = value.as_str().is_some_and(is_in);
            let text = match value {
                Value::String(text) => replace(text, opened, &at)?,
                other => plain(other),
            };
            // The value may be a secret: it is not repeated.
            let mut value = HeaderValue::from_str(&text)
                .map_err(|_| CallError::invalid(&at, "holds a character that no header may hold"))?;
            value.set_sensitive(placed);
            Ok((key, value))
        })
        .collect()
}

/// Refuses secrets in headers, where they would be stored and shown as they are, and names that look like templates.
pub(in crate::endpoints) fn check(endpoint: &Endpoint) -> Result<(), CallError> {
    template::check(endpoint)?;
    let mut names = HashSet::new();
    if let Some(name) = endpoint.headers.keys().find(|name| !names.insert(name.to_lowercase())) {
        return Err(CallError::invalid(
            &format!("request_headers.{name}"),
            "is there twice, in other letters",
        ));
    }
    // What stands around a placeholder is stored and shown, too.
    let is_secret = |name: &str, value: &str| {
        let is_placed = is_in(value);
        !is_placed && sounds_secret(name) || looks_secret(name, &around(value))
    };
    match endpoint.headers.iter().find(|(name, value)| is_secret(name, &plain(value))) {
        Some((name, _)) => {
            let why = "sounds or looks like a secret, which belongs into auth or secrets; the header may say {{ auth_token }} or {{ secrets.NAME }}";
            Err(CallError::invalid(&format!("request_headers.{name}"), why))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    use crate::endpoints::guard::Allow;

    fn build(endpoint: &Endpoint, prompt: &str) -> Result<Request, CallError> {
        let guard = Guard::of(Allow::parse("a").unwrap());
        super::build(&endpoint.method, prepare(endpoint, &guard, prompt, &Opened::default())?)
    }

    fn body(request: &Request) -> &str {
        std::str::from_utf8(request.body().unwrap().as_bytes().unwrap()).unwrap()
    }

    #[test]
    fn a_post_sends_json() {
        let request = build(&Endpoint::input_output("http://a"), "say \"hi\"").unwrap();
        assert_eq!(request.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(body(&request), r#"{"input":"say \"hi\""}"#);
    }

    #[test]
    fn a_get_sends_the_template_as_query_and_no_body() {
        let mut endpoint = Endpoint::input_output("http://a/?v=1");
        endpoint.method = "GET".to_owned();
        let request = build(&endpoint, "a&b=c é").unwrap();
        assert_eq!(request.url().as_str(), "http://a/?v=1&input=a%26b%3Dc+%C3%A9");
        assert!(request.body().is_none());
    }

    #[test]
    fn the_endpoints_own_content_type_wins() {
        let mut endpoint = Endpoint::input_output("http://a");
        endpoint.headers.insert("content-type".to_owned(), json!("application/vnd.api+json"));
        assert_eq!(build(&endpoint, "x").unwrap().headers()[CONTENT_TYPE], "application/vnd.api+json");
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_named_without_its_value() {
        let mut endpoint = Endpoint::input_output("http://a");
        endpoint.headers.insert("x-key".to_owned(), json!("s3cr3t\r\nx: y"));
        let problem = build(&endpoint, "x").unwrap_err().to_string();
        assert!(
            problem.contains("endpoint.request_headers.x-key") && !problem.contains("s3cr3t"),
            "{problem}"
        );
    }

    #[test]
    fn an_unknown_method_is_refused() {
        let mut endpoint = Endpoint::input_output("http://a");
        endpoint.method = "TRACE".to_owned();
        assert!(build(&endpoint, "x").unwrap_err().to_string().contains("endpoint.method is \"TRACE\""));
    }

    #[test]
    fn a_form_is_sent_as_one_if_the_header_says_so() {
        let mut endpoint = Endpoint::input_output("http://a");
        endpoint.headers.insert("Content-Type".to_owned(), json!("application/x-www-form-urlencoded"));
        endpoint.template = json!({"q": "{{ input }}", "n": 2});
        assert_eq!(body(&build(&endpoint, "a&b=c é").unwrap()), "n=2&q=a%26b%3Dc+%C3%A9");
    }

    #[test]
    fn headers_of_the_connection_and_secrets_are_not_an_endpoints_to_set() {
        let mut endpoint = Endpoint::input_output("http://a");
        for name in
            ["Host", "content-length", "Transfer-Encoding", "Proxy-Authorization", "sec-websocket-key"]
        {
            endpoint.headers = Map::from_iter([(name.to_owned(), json!("x"))]);
            let problem = build(&endpoint, "x").unwrap_err();
            assert_eq!(problem.field, Some(format!("request_headers.{name}").into()));
        }
        endpoint.headers = Map::from_iter([("Authorization".to_owned(), json!("Bearer s3cr3t"))]);
        let problem = check(&endpoint).unwrap_err().to_string();
        assert!(
            problem.contains("request_headers.Authorization") && !problem.contains("s3cr3t"),
            "{problem}"
        );
        endpoint.headers = Map::from_iter([("Authorization".to_owned(), json!("Basic {{ auth_token }}"))]);
        assert!(check(&endpoint).is_ok());
    }
}
