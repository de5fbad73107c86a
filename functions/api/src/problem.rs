use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Seconds after which a client may try again when the database could not be reached.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Why a request was not answered as asked: a problem document of RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    field: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
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

    /// The body is no JSON by its own account.
    pub(crate) fn not_json() -> Self {
        Self::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Only a body of Content-Type: application/json is read.")
    }

    /// It can be read, but `field` holds what it must not.
    pub(crate) fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::of(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// Our fault; what it was is in the log only.
    pub(crate) fn internal() -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
    }

    /// The database does not answer now.
    pub(crate) fn unavailable() -> Self {
        Self::of(StatusCode::SERVICE_UNAVAILABLE, "The database cannot be reached at the moment.")
    }

    fn of(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), field: None }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: &self.detail,
            field: self.field.as_deref(),
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
            _ => {}
        }
        response
    }
}
