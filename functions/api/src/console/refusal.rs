use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::Value;

use super::view::{Place, bare};
use crate::answer::problem::Problem;
use crate::middleware::deadline;

/// Why a page is not what was asked for: a status, a sentence, and what is wrong.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) detail: String,
    /// The field that is wrong, as the JSON route names it.
    pub(super) field: Option<String>,
}

impl Refusal {
    pub(super) fn of(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), field: None }
    }

    /// What a problem document says.
    pub(super) fn of_problem(status: StatusCode, document: &Value) -> Self {
        let text = |name: &str| document[name].as_str().map(str::to_owned);
        let row = document["row"].as_u64().map(|row| format!("row {row}"));
        let detail = text("detail").unwrap_or_else(|| "It could not be done.".into());
        Self { status, detail, field: text("field").or(row) }
    }

    pub(super) fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, "There is nothing at this address.")
    }

    pub(super) fn internal() -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
    }

    /// A form that did not come from one of our pages, or from one of an earlier session.
    pub(super) fn forged() -> Self {
        Self::of(
            StatusCode::FORBIDDEN,
            "This form is not of this session any more. Go back, load the page anew, and send it again.",
        )
    }

    /// What is wrong, in one sentence.
    pub(super) fn sentence(&self) -> String {
        match &self.field {
            Some(field) => format!("{field}: {}", self.detail),
            None => self.detail.clone(),
        }
    }

    /// What to do about it.
    fn advice(&self) -> &'static str {
        match self.status {
            StatusCode::NOT_FOUND => "It may have been deleted, or be of another organization.",
            StatusCode::SERVICE_UNAVAILABLE => {
                "The database may be waking up: load the page again in a few seconds."
            }
            StatusCode::CONFLICT => "Load the page again to see how things stand now.",
            status if status.is_server_error() => "The log of the function `api` has the details.",
            _ => "Go back and change what is named.",
        }
    }

    /// The message as a part of a page that is there for something else.
    pub(super) fn notice(&self) -> Markup {
        html! { p.notice.bad role="alert" { strong { (self.sentence()) } } }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let (status, detail, field) = problem.parts();
        Self { status, detail, field }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(Arc::new(self));
        answer
    }
}

/// Makes a page of a refusal: only here is it known where the page is, and so where its stylesheet is.
pub(super) async fn shown(request: Request, next: Next) -> Response {
    let place = Place::of(request.uri());
    let answer = next.run(request).await;
    let Some(refusal) = answer.extensions().get::<Arc<Refusal>>().cloned() else {
        return answer;
    };
    let title = refusal.status.canonical_reason().unwrap_or("Error");
    let page = bare(
        &place,
        title,
        &html! {
            h1 { (title) }
            (refusal.notice())
            p { (refusal.advice()) }
            p { a href=(place.to("")) { "To the overview" } }
        },
    );
    (refusal.status, page).into_response()
}

/// A page that does not come in time is a refusal.
pub(super) async fn in_time(request: Request, next: Next) -> Result<Response, Refusal> {
    Ok(deadline::answered(request, next).await?)
}

/// A redirect after a form, to an address relative to the one that was asked.
pub(super) fn see_other(address: &str) -> Response {
    let location = HeaderValue::try_from(address).unwrap_or(HeaderValue::from_static("./"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
