//! Endpoints that behave well, and ones that do not.

use std::time::Duration;

use axum::http::{StatusCode, header};
use rhesis::endpoints::{CallError, CallErrorKind, Endpoint};
use serde_json::json;

use crate::servers::{answering, echo, local, nobody, sending};

async fn call(endpoint: &Endpoint) -> Result<Option<String>, CallError> {
    let client = local().at_most(Duration::from_secs(2));
    client.call(endpoint, "secret prompt").await.map(|answer| answer.output())
}

async fn failure(endpoint: &Endpoint) -> CallError {
    let error = call(endpoint).await.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
    error
}

#[tokio::test]
async fn a_post_carries_the_rendered_template_as_json() {
    let output = call(&echo().await).await.unwrap().unwrap();
    assert_eq!(output, r#"POST / application/json {"input":"secret prompt"}"#);
}

#[tokio::test]
async fn a_get_carries_the_rendered_template_as_query() {
    let mut endpoint = echo().await;
    endpoint.method = "GET".to_owned();
    endpoint.path = Some("/v1/ask".to_owned());
    endpoint.query.insert("lang".to_owned(), json!("de"));
    assert_eq!(call(&endpoint).await.unwrap().unwrap(), "GET /v1/ask?lang=de&input=secret+prompt - ");
}

#[tokio::test]
async fn a_busy_endpoint_is_worth_another_try_when_it_says() {
    let busy = (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7")], "slow down, secret");
    let error = failure(&answering(busy).await).await;
    assert!(error.is_transient());
    assert_eq!((error.status, error.retry_after), (Some(429), Some(Duration::from_secs(7))));
    assert_eq!(error.response.as_deref(), Some("slow down, secret"));
}

#[tokio::test]
async fn a_part_of_an_answer_is_none() {
    let part = (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, "bytes 0-1/9")], "Ye");
    let error = failure(&answering(part).await).await;
    assert!(!error.is_transient());
    assert!(
        error.to_string().ends_with("the response is a part, which was not asked for: HTTP 206"),
        "{error}"
    );
}

#[tokio::test]
async fn a_broken_endpoint_is_recorded_at_once_with_status_and_request() {
    let mut endpoint = answering((StatusCode::INTERNAL_SERVER_ERROR, "stack trace")).await;
    endpoint.headers.insert("Authorization".to_owned(), json!("Bearer s3cr3t"));
    let error = failure(&endpoint).await;
    assert!(!error.is_transient());
    assert_eq!(error.to_string(), "endpoint call failed: HTTP 500 Internal Server Error");
    let stored = error.to_json();
    assert_eq!(stored["status_code"], 500);
    assert_eq!(stored["error_type"], "http_error");
    assert_eq!(stored["request"]["method"], "POST");
    assert!(!stored.to_string().contains("s3cr3t"), "{stored}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let moved = (StatusCode::FOUND, [(header::LOCATION, "http://169.254.169.254/latest/")]);
    let error = failure(&answering(moved).await).await;
    assert!(!error.is_transient());
    assert_eq!(error.reason, "HTTP 302 Found; redirects are not followed");
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up_at_the_time_limit() {
    let error = failure(&sending(b"", true).await).await;
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Timeout, true));
}

#[tokio::test]
async fn an_endpoint_that_stops_in_the_middle_is_given_up_at_the_time_limit() {
    let error = failure(&sending(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"outp", true).await).await;
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Timeout, true));
}

#[tokio::test]
async fn a_broken_connection_is_worth_another_try() {
    for endpoint in [
        nobody().await,
        sending(b"", false).await,
        sending(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"outp", false).await,
    ] {
        let error = failure(&endpoint).await;
        assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Network, true), "{error}");
        assert!(!error.reason.contains("http://"), "{error}");
    }
}

#[tokio::test]
async fn a_response_is_read_up_to_two_megabytes() {
    let huge = |bytes: usize| json!({"output": "x".repeat(bytes)}).to_string();
    assert!(call(&answering(huge(2_000_000)).await).await.is_ok());
    let error = failure(&answering(huge(2_100_000)).await).await;
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::ResponseTooLarge, false));
}

#[tokio::test]
async fn a_response_that_cannot_be_understood_is_permanent() {
    for body in [&b"<html>secret"[..], b"{\"output\": \"sec", b"{\"output\": \"\xff\"}"] {
        let error = failure(&answering(body).await).await;
        assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false), "{error}");
        assert_eq!(error.request["method"], "POST");
    }
}

#[tokio::test]
async fn a_response_without_the_mapped_value_is_an_error_that_names_the_path() {
    let error = failure(&answering(r#"{"text": "secret"}"#).await).await;
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false));
    assert!(error.reason.contains("endpoint.response_mappings.output: $.output matches nothing"), "{error}");
}

#[tokio::test]
async fn a_byte_order_mark_an_encoding_that_is_none_and_many_headers_are_no_obstacle() {
    let marked = "\u{feff}{\"output\": \"hi\"}";
    assert_eq!(call(&answering(marked).await).await.unwrap().as_deref(), Some("hi"));
    for encoding in ["identity", "Identity", "IDENTITY", "", " identity ", "identity, identity", ","] {
        let response = ([(header::CONTENT_ENCODING, encoding)], r#"{"output": "hi"}"#);
        assert_eq!(call(&answering(response).await).await.unwrap().as_deref(), Some("hi"), "{encoding:?}");
    }
    for encoding in ["gzip", "Identity, br", "deflate"] {
        let response = ([(header::CONTENT_ENCODING, encoding)], r#"{"output": "hi"}"#);
        let error = failure(&answering(response).await).await;
        assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidResponse, false), "{encoding}");
    }
    let many: String = (0..150).map(|n| format!("x-header-{n}: {n}\r\n")).collect();
    let response =
        format!("HTTP/1.1 200 OK\r\n{many}content-length: 16\r\n\r\n{{\"output\": \"hi\"}}").leak();
    assert_eq!(call(&sending(response.as_bytes(), true).await).await.unwrap().as_deref(), Some("hi"));
}

#[tokio::test]
async fn what_a_proxy_says_for_a_server_that_it_cannot_reach_is_worth_another_try() {
    for status in [520, 521, 522, 524, 525, 529] {
        let refusal = (StatusCode::from_u16(status).unwrap(), "a proxy's page");
        let error = failure(&answering(refusal).await).await;
        assert_eq!((error.status, error.is_transient()), (Some(status), true));
    }
}

#[tokio::test]
async fn what_is_judged_is_what_was_said() {
    for said in [
        "12345678901234567890123",
        "-0",
        "1e2",
        "1.10",
        r#"{"z":1,"a":{"y":-0,"b":[1E400,"é"]},"k":18446744073709551617}"#,
        "[0.1234567890123456789,true,null]",
    ] {
        for (path, body) in [
            ("$.output", format!("{{\"a\": 1, \"output\": {said}}}")),
            ("$.choices[-1]['text']", format!("{{\"choices\": [{{}}, {{\"text\": {said}}}]}}")),
            ("$.choices[*].text", format!("{{\"choices\": [{{}}, {{\"text\": {said}}}, {{\"text\": 2}}]}}")),
            ("$..text", format!("{{\"choices\": [{{}}, {{\"text\": {said}}}]}}")),
        ] {
            let mut endpoint = answering(body.clone()).await;
            endpoint.mappings.insert("output".to_owned(), json!(path));
            assert_eq!(call(&endpoint).await.unwrap().as_deref(), Some(said), "{body}");
        }
        for body in [format!("{{\"output\": {said}}}"), format!(" {said}\n")] {
            let mut endpoint = answering(body.clone()).await;
            endpoint.mappings.clear();
            let answer = call(&endpoint).await.unwrap();
            // An object without an output is no answer.
            if !body.trim().starts_with("{\"z") {
                assert_eq!(answer.as_deref(), Some(said), "{body}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_kept_beside_it_loses_no_digit() {
    let body = r#"{"output": "hi", "docs": [{"z": 1e2, "a": -0}, "text", null],
        "meta": "{\"id\": 12345678901234567890123, \"n\": 1.50}", "count": 18446744073709551617, "price": 2.50}"#;
    let mut endpoint = answering(body).await;
    for (key, path) in
        [("context", "$.docs"), ("metadata", "$.meta"), ("count", "$.count"), ("price", "$.price")]
    {
        endpoint.mappings.insert(key.to_owned(), json!(path));
    }
    let answer = local().call(&endpoint, "prompt").await.unwrap().body;
    let wanted = json!({
        "output": "hi",
        "context": [r#"{"z":1e2,"a":-0}"#, "text", null],
        "metadata": {"id": "12345678901234567890123", "n": 1.5},
        "count": "18446744073709551617",
        "price": 2.5,
    });
    assert_eq!(answer, wanted);
}

#[tokio::test]
async fn the_heaviest_answer_is_read_where_a_path_leads_to_one_value_and_refused_by_name_elsewhere() {
    let heavy = format!(r#"{{"items": [{}0], "output": "hi"}}"#, r#"{"":1},"#.repeat(290_000));
    let mut endpoint = answering(heavy).await;
    assert_eq!(call(&endpoint).await.unwrap().as_deref(), Some("hi"));
    for path in ["$.items[*]", "$..output"] {
        endpoint.mappings.insert("output".to_owned(), json!(path));
        let error = failure(&endpoint).await;
        assert_eq!(error.kind, CallErrorKind::InvalidResponse);
        assert!(
            error.reason.contains("response_mappings.output goes beyond the limit PARSED_SIZE"),
            "{error}"
        );
    }
    endpoint.mappings.insert("output".to_owned(), json!("$.output"));
    endpoint.mappings.insert("all".to_owned(), json!("$.items"));
    assert!(
        failure(&endpoint).await.reason.contains("response_mappings.all goes beyond the limit MAPPED_SIZE")
    );
}
