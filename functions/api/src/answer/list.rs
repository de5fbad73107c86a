use std::marker::PhantomData;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// How many rows there are on all pages.
pub(crate) const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// A list, or a page of one: a JSON array, with the next page's address in the header `Link` (RFC 8288).
#[derive(Debug)]
pub(crate) struct List<T> {
    /// What it holds, in its order, as JSON.
    rows: Vec<Box<RawValue>>,
    /// The address of the next page, relative to the one that was asked for; `None` at the end.
    next: Option<String>,
    /// How many rows there are on all pages, where that was asked for.
    total: Option<i64>,
    of: PhantomData<T>,
}

impl<T: Serialize> List<T> {
    /// All of a list that has no pages.
    pub(crate) fn whole(rows: impl IntoIterator<Item = impl Into<T>>) -> Self {
        Self::page(&rows.into_iter().map(Into::into).collect::<Vec<T>>(), None)
    }

    /// A page of a list that is not counted.
    pub(crate) fn page(rows: &[T], next: Option<String>) -> Self {
        Self::of_json(rows.iter().map(json).collect(), next, None)
    }

    /// A page of rows that are JSON already.
    pub(crate) fn of_json(rows: Vec<Box<RawValue>>, next: Option<String>, total: Option<i64>) -> Self {
        Self { rows, next, total, of: PhantomData }
    }
}

/// A row as it is answered.
pub(super) fn json(row: &impl Serialize) -> Box<RawValue> {
    to_raw_value(row).expect("a row is JSON")
}

impl<T> IntoResponse for List<T> {
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
