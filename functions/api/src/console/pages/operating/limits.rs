use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use maud::html;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, json};

use crate::console::Console;
use crate::console::form::Form;
use crate::console::pages::act::{done, page, refused, said};
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Place, Section, confirm, csrf, empty, field, pager, rows, text};

/// `/console/limits`.
pub(super) fn router() -> Router<Console> {
    Router::new().route("/console/limits", get(limits).post(set)).route("/console/limits/lift", post(lift))
}

/// GET `/console/limits`: how many tasks of a key may run and begin, and a form that sets one.
async fn limits(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let found = by.ask.get(&format!("/limits?{}", place.for_route(&["cursor"]))).await?;
    let limits = found.body;
    let main = html! {
        h1 { "Limits" }
        (said(&by))
        @if rows(&limits).is_empty() {
            (empty("No key is limited.", &html! { "Tasks that are started with the same " code { "limit_key" } " share a limit once one is set below." }))
        } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Key" } th.number scope="col" { "At a time" } th.number scope="col" { "Running" } th.number scope="col" { "Waiting" } th scope="col" { "Rate" } th scope="col" { span.hidden { "Acts" } } } }
                tbody { @for one in rows(&limits) { tr {
                    th scope="row" { code { (text(&one["key"])) } }
                    td.number data-label="At a time" { @if one["max_running"].is_null() { "any" } @else { (one["max_running"]) } }
                    td.number data-label="Running" { (one["running"]) }
                    td.number data-label="Waiting" { (one["waiting"]) }
                    td data-label="Rate" { @if one["rate"].is_null() { "any" } @else { (one["rate"]["count"]) " per " (one["rate"]["per_seconds"]) " s" } }
                    td.acts { form.inline method="post" action=(place.to("limits/lift")) {
                        (csrf(place)) input type="hidden" name="key" value=(text(&one["key"])); button.danger type="submit" { "Lift…" }
                    } }
                } } }
            } }
            (pager(place, found.next.as_deref()))
        }
        (form(place, &Form::default()))
    };
    Ok(page(&by, Section::Limits, "Limits", &main))
}

fn form(place: &Place, sent: &Form) -> maud::Markup {
    html! {
        h2 { "Set a limit" }
        form.card method="post" action=(place.to("limits")) {
            (csrf(place))
            (field("key", "Key", sent.text("key"), "The limit_key of the tasks."))
            (field("max_running", "At a time", sent.text("max_running"), "How many may run at a time; empty for any number."))
            (field("count", "So many", sent.text("count"), "How many may begin …"))
            (field("per_seconds", "Per so many seconds", sent.text("per_seconds"), "… in any window of this length."))
            button.primary type="submit" { "Set it" }
        }
    }
}

/// POST `/console/limits`.
async fn set(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form: sent } = posted;
    let mut body = Map::new();
    if let Some(most) = sent.number("max_running") {
        body.insert("max_running".into(), most);
    }
    if sent.given("count").or(sent.given("per_seconds")).is_some() {
        body.insert(
            "rate".into(),
            json!({ "count": sent.number("count"), "per_seconds": sent.number("per_seconds") }),
        );
    }
    let path = format!("/limits?key={}", utf8_percent_encode(sent.text("key"), NON_ALPHANUMERIC));
    match by.ask.send(Method::PUT, &path, Some(&body.into())).await {
        Ok(_) => Ok(done(&by, "limits", "saved")),
        Err(refusal) => {
            let again = html! { h1 { "Limits" } (form(&by.place, &sent)) };
            Ok(refused(&by, Section::Limits, "Limits", &refusal, &again))
        }
    }
}

/// POST `/console/limits/lift`.
async fn lift(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let key = form.text("key");
    if !form.ticked("confirmed") {
        let question = format!("Lift the limit of {key}? What waits for it is sent at once.");
        let main = confirm(&by.place, &question, "Lift it", &by.place.to("limits"), &[("key", key)]);
        return Ok(page(&by, Section::Limits, "Lift a limit", &main));
    }
    by.ask
        .send(Method::DELETE, &format!("/limits?key={}", utf8_percent_encode(key, NON_ALPHANUMERIC)), None)
        .await?;
    Ok(done(&by, "limits", "deleted"))
}
