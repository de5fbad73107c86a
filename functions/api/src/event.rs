use std::fmt::Write as _;

use lambda_http::LambdaEvent;
use lambda_http::request::LambdaRequest;

/// Percent-encodes what a client left bare in its query string and no URI may hold.
///
/// The gateway hands a query string on as it came, and `lambda_http` panics at one that is no part of a URI:
/// the client would read 502 and nothing else.
#[must_use]
pub fn legible(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    if let LambdaRequest::ApiGatewayV2(request) = &mut event.payload {
        request.raw_query_string = request.raw_query_string.take().map(|query| encoded(&query));
    }
    event
}

fn encoded(query: &str) -> String {
    query.bytes().fold(String::with_capacity(query.len()), |mut encoded, byte| {
        if byte.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&byte) {
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

    #[test]
    fn what_a_uri_may_hold_stays_and_the_rest_is_encoded() {
        assert_eq!(encoded("wait=20&a=%20+b;c/d?e"), "wait=20&a=%20+b;c/d?e");
        assert_eq!(encoded("a=<ü \"#>\u{7f}"), "a=%3C%C3%BC%20%22%23%3E%7F");
    }
}
