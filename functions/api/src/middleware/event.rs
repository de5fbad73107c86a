use std::fmt::Write as _;

use lambda_http::LambdaEvent;
use lambda_http::request::LambdaRequest;

/// The longest path and query that are read, in bytes. `lambda_http` panics at a URI of 64 KiB; gateways let less through, but what they
/// let through becomes three times as long here at most.
const LONGEST: usize = 60_000;

/// The path of an address that is longer.
pub(crate) const TOO_LONG: &str = "/longer-than-any-address";

/// Percent-encodes what an event's path and query string hold bare and no URI may hold.
///
/// The gateway hands a query string on as it came, and a path decoded: `/limits/a%3Fb` comes as `/limits/a?b`, which would be read
/// as the path `/limits/a`. And `lambda_http` panics at what is no part of a URI: the client would read 502 and nothing else.
#[must_use]
pub fn legible(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    if let LambdaRequest::ApiGatewayV2(request) = &mut event.payload {
        request.raw_query_string =
            request.raw_query_string.take().map(|query| encoded(&query, b"\"#<>\\^`{|}"));
        // Also `%`: what is decoded already is not decoded again.
        request.raw_path = request.raw_path.take().map(|path| encoded(&path, b"\"#%<>?[\\]^`{|}"));
        let length = |part: &Option<String>| part.as_ref().map_or(0, String::len);
        if length(&request.raw_path) + length(&request.raw_query_string) > LONGEST {
            (request.raw_path, request.raw_query_string) = (Some(TOO_LONG.to_owned()), None);
        }
    }
    event
}

fn encoded(text: &str, never: &[u8]) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_graphic() && !never.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, query: &str) -> (String, String) {
        let event = serde_json::json!({
            "version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {}, "isBase64Encoded": false,
            "requestContext": {"stage": "$default", "http": {"method": "GET", "path": path}, "timeEpoch": 0},
        });
        let event = LambdaEvent::new(serde_json::from_value(event).unwrap(), lambda_http::Context::default());
        let request = lambda_http::http::Request::<lambda_http::Body>::from(legible(event).payload);
        (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned())
    }

    #[test]
    fn what_a_uri_may_hold_stays_and_the_rest_is_encoded() {
        assert_eq!(read("/tasks", "wait=20&a=%20+b;c/d?e").1, "wait=20&a=%20+b;c/d?e");
        assert_eq!(read("/tasks", "a=<ü \"#>\u{7f}").1, "a=%3C%C3%BC%20%22%23%3E%7F");
    }

    #[test]
    fn an_address_of_whatever_length_can_be_read() {
        assert_eq!(read("/tasks", &"x".repeat(50_000)).0, "/tasks");
        for (path, query) in [
            ("/tasks", "x".repeat(100_000)),
            ("/tasks", "|".repeat(30_000)),
            (&*"/%".repeat(20_000), String::new()),
        ] {
            assert_eq!(read(path, &query), (TOO_LONG.to_owned(), String::new()));
        }
    }

    #[test]
    fn a_path_that_the_gateway_has_decoded_is_the_path_that_was_asked_for() {
        for (decoded, path) in [
            ("/limits/a?b", "/limits/a%3Fb"),
            ("/limits/a#b", "/limits/a%23b"),
            ("/limits/openai/gpt-4o", "/limits/openai/gpt-4o"),
            ("/limits/100%", "/limits/100%25"),
            ("/limits/a%2Fb", "/limits/a%252Fb"),
            ("/limits/ü \"[x]", "/limits/%C3%BC%20%22%5Bx%5D"),
            (
                "/tasks/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23/why",
                "/tasks/01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23/why",
            ),
        ] {
            assert_eq!(read(decoded, "x=1"), (path.to_owned(), "x=1".to_owned()), "{decoded}");
        }
    }
}
