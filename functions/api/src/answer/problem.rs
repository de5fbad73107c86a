use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

/// Seconds after which a client may try again when the database could not be reached.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// The same, when there is no room for another long call: they last seconds.
const RETRY_LONG_CALL_AFTER: HeaderValue = HeaderValue::from_static("2");

/// Why a request was not answered as asked: a problem document of RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    field: Option<String>,
    index: Option<usize>,
    row: Option<u64>,
    /// Whether the transaction was given up in favour of another, and may simply be done again.
    again: bool,
    /// How a call of an endpoint failed.
    call: Option<Value>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
}

impl Problem {
    /// The request cannot be read at all.
    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, detail)
    }

    /// Whoever asks is unknown.
    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::UNAUTHORIZED, detail)
    }

    /// Whoever asks is known, and may do nothing here yet.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::FORBIDDEN, detail)
    }

    /// It is not there, or not the caller's: the two read the same.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::NOT_FOUND, detail)
    }

    /// The address is right, the method is not; axum adds the header `Allow`.
    pub(crate) fn method_not_allowed() -> Self {
        Self::of(StatusCode::METHOD_NOT_ALLOWED, "This address has other methods; see the header Allow.")
    }

    /// The body is longer than its route allows.
    pub(crate) fn too_large() -> Self {
        Self::of(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than this address accepts.")
    }

    /// The address is longer than any that is read.
    pub(crate) fn address_too_long() -> Self {
        Self::of(StatusCode::URI_TOO_LONG, "The address, with its query string, is longer than 60000 bytes.")
    }

    /// The body and what came before it are together longer than allowed.
    pub(crate) fn too_large_in_all(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::PAYLOAD_TOO_LARGE, detail)
    }

    /// The body is no JSON by its own account.
    pub(crate) fn not_json() -> Self {
        Self::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Only a body of Content-Type: application/json is read.")
    }

    /// The body is neither JSON nor JSON lines by its own account.
    pub(crate) fn neither_json_nor_lines() -> Self {
        let detail = "Only a body of Content-Type: application/json or application/x-ndjson is read.";
        Self::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    }

    /// The body is no file of tests by its own account.
    pub(crate) fn no_file_of_tests() -> Self {
        let detail = "Only a body of Content-Type: application/x-ndjson or text/csv is read.";
        Self::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    }

    /// It was possible once, or will be, but not as things stand.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::CONFLICT, detail)
    }

    /// It can be read, but `field` holds what it must not.
    pub(crate) fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::unprocessable(detail) }
    }

    /// It can be read, but as a whole it is not what it must be.
    pub(crate) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// As many are under way as may be.
    pub(crate) fn too_many(detail: impl Into<String>) -> Self {
        Self::of(StatusCode::TOO_MANY_REQUESTS, detail)
    }

    /// Our fault; what it was is in the log only.
    pub(crate) fn internal() -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
    }

    /// The database does not answer now.
    pub(crate) fn unavailable() -> Self {
        Self::of(StatusCode::SERVICE_UNAVAILABLE, "The database cannot be reached at the moment.")
    }

    /// There was no answer in the time that an invocation has.
    pub(crate) fn late() -> Self {
        let detail = "This takes longer than there is time for, or the database does not answer. Whether it was done is not known: \
                      look, or send it again with the same Idempotency-Key.";
        Self::of(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// Another server, which was to be asked, gave no answer; `call` says how that went.
    pub(crate) fn bad_gateway(detail: impl Into<String>, call: Value) -> Self {
        Self { call: Some(call), ..Self::of(StatusCode::BAD_GATEWAY, detail) }
    }

    /// Whoever signs our users' tokens does not answer now.
    pub(crate) fn issuer_unavailable() -> Self {
        let detail = "The token's issuer cannot be reached at the moment, so the token cannot be verified.";
        Self::of(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// Where the database may sleep: the relay could not be told to come.
    pub(crate) fn not_covered() -> Self {
        Self::of(StatusCode::SERVICE_UNAVAILABLE, "The task queue cannot be reached at the moment.")
    }

    /// The database gave this transaction up in favour of another.
    pub(crate) fn given_up() -> Self {
        Self { again: true, ..Self::unavailable() }
    }

    /// Whether the same transaction, begun again, may well succeed.
    pub(crate) fn asks_again(&self) -> bool {
        self.again
    }

    /// Status, sentence and field, for who shows them in another way.
    pub(crate) fn parts(self) -> (StatusCode, String, Option<String>) {
        (self.status, self.detail, self.field)
    }

    /// What it names.
    pub(crate) fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The same, but of a field within `parent`; or of the parent itself, if it named none.
    pub(crate) fn below(self, parent: &str) -> Self {
        let field = match self.field {
            Some(field) => format!("{parent}.{field}"),
            None => parent.to_owned(),
        };
        Self { field: Some(field), ..self }
    }

    /// The same, but of the item `index`, from 0, of `list`.
    pub(crate) fn in_item(self, list: &str, index: usize) -> Self {
        Self { index: Some(index), ..self.below(&format!("{list}[{index}]")) }
    }

    /// The same, but of the line `row`, from 1, of a file.
    pub(crate) fn in_row(self, row: u64) -> Self {
        Self { row: Some(row), ..self }
    }

    /// The same, with another name for the field `from`.
    pub(crate) fn renamed(self, from: &str, to: &str) -> Self {
        if self.field.as_deref() == Some(from) { Self { field: Some(to.into()), ..self } } else { self }
    }

    /// The same, but of `field`, if it named none.
    pub(crate) fn or_field(self, field: &str) -> Self {
        if self.field.is_some() { self } else { Self { field: Some(field.into()), ..self } }
    }

    fn of(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), field: None, index: None, row: None, again: false, call: None }
    }
}

/// A sentence that quotes what was sent, on one line whatever that holds.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return text.into();
    }
    let mut line = String::with_capacity(text.len() + 8);
    for sign in text.chars() {
        match sign.is_control() {
            true => line.extend(sign.escape_default()),
            false => line.push(sign),
        }
    }
    line.into()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &one_line(&self.detail),
            field: self.field.as_deref(),
            index: self.index,
            call: self.call.as_ref(),
            row: self.row,
        };
        let body = serde_json::to_vec(&document).expect("a problem is JSON");
        let content_type = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, content_type)], body).into_response();
        match self.status {
            StatusCode::UNAUTHORIZED => {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
            }
            StatusCode::TOO_MANY_REQUESTS => {
                response.headers_mut().insert(header::RETRY_AFTER, RETRY_LONG_CALL_AFTER);
            }
            _ => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_one_line_whatever_it_quotes() {
        assert_eq!(
            one_line("unknown field `\n°\u{7}`, expected `a`"),
            r"unknown field `\n°\u{7}`, expected `a`"
        );
        assert_eq!(one_line("must be é"), "must be é");
    }
}
