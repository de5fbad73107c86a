use axum::Json;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// How many rows there are on all pages.
pub(crate) const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// A list, or a page of one: a JSON array, with the next page's address in the header `Link` (RFC 8288).
#[derive(Debug)]
pub(crate) struct List<T> {
    /// What it holds, in its order.
    pub(crate) rows: Vec<T>,
    /// The address of the next page, relative to the one that was asked for; `None` at the end.
    pub(crate) next: Option<String>,
    /// How many rows there are on all pages, where that was asked for.
    pub(crate) total: Option<i64>,
}

impl<T> List<T> {
    /// All of a list that has no pages.
    pub(crate) fn whole(rows: impl IntoIterator<Item = impl Into<T>>) -> Self {
        Self { rows: rows.into_iter().map(Into::into).collect(), next: None, total: None }
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.rows).into_response();
        // Percent-encoded, and so a header's value.
        let link = self.next.map(|address| format!("<{address}>; rel=\"next\""));
        if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        if let Some(total) = self.total {
            response.headers_mut().insert(TOTAL, HeaderValue::from(total));
        }
        response
    }
}
