use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use maud::html;
use serde_json::json;

use super::act::{done, page, said};
use crate::console::Console;
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Section, ago, confirm, csrf, empty, field, rows, text};

/// `/console/dead-letters`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/dead-letters", get(letters))
        .route("/console/dead-letters/redrive", post(redrive))
}

/// GET `/console/dead-letters`: failed tasks as a few causes.
async fn letters(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let letters = by.ask.body(&format!("/dead-letters?{}", place.for_route(&["kind"]))).await?;
    let main = html! {
        h1 { "Dead letters" }
        (said(&by))
        p { "Tasks that failed for good, by what they failed of. Errors that differ in ids and numbers only are one." }
        @if rows(&letters).is_empty() {
            (empty("No task has failed for good.", &html! { "There is nothing to do here." }))
        } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Kind" } th scope="col" { "Cause" } th.number scope="col" { "Tasks" } th scope="col" { "First" } th scope="col" { "Last" } th scope="col" { "Begin anew" } } }
                tbody { @for one in rows(&letters) { tr {
                    td { a href=(place.to(&format!("tasks?status=FAILURE&kind={}", text(&one["kind"])))) { (text(&one["kind"])) } }
                    th.wide scope="row" { strong { (text(&one["error_type"])) } " " (text(&one["message"])) }
                    td.number { (one["count"]) }
                    td { (ago(&one["first"])) }
                    td { (ago(&one["last"])) }
                    td { form.inline method="post" action=(place.to("dead-letters/redrive")) {
                        (csrf(place))
                        input type="hidden" name="kind" value=(text(&one["kind"]));
                        input type="hidden" name="fingerprint" value=(text(&one["fingerprint"]));
                        button type="submit" { "Begin anew…" }
                    } }
                } } }
            } }
        }
    };
    Ok(page(&by, Section::DeadLetters, "Dead letters", &main))
}

/// POST `/console/dead-letters/redrive`: tells how many would begin anew, then begins them, at the rate that was asked for.
async fn redrive(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let mut asked = form.texts(&["kind", "fingerprint"]);
    asked.insert("limit".into(), form.number("limit").unwrap_or_else(|| json!(1000)));
    if let Some(rate) = form.number("rate") {
        asked.insert("rate".into(), rate);
    }
    let confirmed = form.ticked("confirmed");
    asked.insert("dry_run".into(), json!(!confirmed));
    let told = by.ask.send(Method::POST, "/dead-letters/redrive", Some(&asked.into())).await?.body;
    if confirmed {
        return Ok(done(&by, "dead-letters", "retried"));
    }
    let question = format!("Begin {} tasks anew?", told["count"]);
    let fields = ["kind", "fingerprint"].map(|name| (name, form.text(name)));
    let main = html! {
        (confirm(&by.place, &question, "All at once", &by.place.to("dead-letters"), &fields))
        form.card method="post" action=[Option::<&str>::None] {
            (csrf(&by.place))
            input type="hidden" name="confirmed" value="yes";
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            (field("rate", "Or so many a second", "5", "0.01 to 1000: what they all call is not overrun."))
            button.primary type="submit" { "At this rate" }
        }
        p.help { "At most 1,000 at a time, those that failed first: do it again for the rest. What somebody else began anew meanwhile is left out." }
    };
    Ok(page(&by, Section::DeadLetters, "Begin anew", &main))
}
