use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::html;
use serde_json::Value;

use crate::console::Console;
use crate::console::pages::act::{page, said};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, ago, csrf, empty, pager, rows, text};

/// `/console/dead-letters`.
pub(super) fn router() -> Router<Console> {
    Router::new().route("/console/dead-letters", get(letters))
}

/// GET `/console/dead-letters`: failed tasks as a few causes.
async fn letters(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let found = by.ask.get(&format!("/dead-letters?{}", place.for_route(&["kind", "cursor"]))).await?;
    let letters = found.body;
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
                    td data-label="Kind" { (text(&one["kind"])) }
                    th.wide scope="row" { strong { (text(&one["error_type"])) } " " (text(&one["message"])) }
                    td.number data-label="Tasks" { a href=(of_cause(place, one)) { (one["count"]) } }
                    td data-label="First" { (ago(&one["first"])) }
                    td data-label="Last" { (ago(&one["last"])) }
                    td data-label="Begin anew" { form.inline method="post" action=(place.to("batches")) {
                        (csrf(place))
                        input type="hidden" name="operation" value="retry";
                        input type="hidden" name="kind" value=(text(&one["kind"]));
                        input type="hidden" name="fingerprint" value=(text(&one["fingerprint"]));
                        button type="submit" { "Begin anew…" }
                    } }
                } } }
            } }
            (pager(place, found.next.as_deref()))
        }
    };
    Ok(page(&by, Section::DeadLetters, "Dead letters", &main))
}

/// The page of the tasks that failed of a cause.
fn of_cause(place: &Place, one: &Value) -> String {
    place.to(&format!("tasks?kind={}&fingerprint={}", text(&one["kind"]), text(&one["fingerprint"])))
}
