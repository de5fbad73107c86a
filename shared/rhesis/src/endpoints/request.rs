//! Builds the HTTP request of an endpoint for one prompt.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::{Map, Value};

use super::target::plain;
use super::{CallError, CallErrorKind, Endpoint, target, template};

/// The request: rendered template as query parameters of a GET, as body of everything else.
pub(super) fn build(endpoint: &Endpoint, prompt: &str) -> Result<Request, CallError> {
    let refuse = |why: String| CallError::new(CallErrorKind::InvalidEndpoint, why);
    let method = match endpoint.method.as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        other => {
            return Err(refuse(format!(
                "endpoint.method is {other:?}: must be GET, POST, PUT, PATCH or DELETE"
            )));
        }
    };
    let mut url = target::decide(endpoint)?;
    let mut headers = headers(&endpoint.headers)?;
    let rendered = template::render(&endpoint.template, prompt)?;
    if method == Method::GET {
        let Value::Object(fields) = rendered else {
            return Err(refuse("endpoint.request_body_template must be an object for GET".to_owned()));
        };
        for (name, value) in &fields {
            url.query_pairs_mut().append_pair(name, &plain(value));
        }
        return Ok(request(method, url, headers, None));
    }
    let (kind, body) = match rendered {
        Value::String(text) => ("text/plain; charset=utf-8", text),
        json => ("application/json", json.to_string()),
    };
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
    Ok(request(method, url, headers, Some(body)))
}

fn request(method: Method, url: reqwest::Url, headers: HeaderMap, body: Option<String>) -> Request {
    let mut request = Request::new(method, url);
    *request.headers_mut() = headers;
    *request.body_mut() = body.map(Into::into);
    request
}

fn headers(given: &Map<String, Value>) -> Result<HeaderMap, CallError> {
    let refuse = |why: String| CallError::new(CallErrorKind::InvalidEndpoint, why);
    (given.iter())
        .map(|(name, value)| {
            let key = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| refuse(format!("endpoint.request_headers: {name:?} is not a header name")))?;
            // The value may be a secret: it is not repeated.
            let value = HeaderValue::from_str(&plain(value)).map_err(|_| {
                refuse(format!("endpoint.request_headers.{name} holds a character that no header may hold"))
            })?;
            Ok((key, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
}
