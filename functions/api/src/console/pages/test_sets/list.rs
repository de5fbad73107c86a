use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use crate::console::pages::act::{page, said};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, ago, csrf, empty, field, pager, rows, text};

/// GET `/console/test-sets`: the test sets, newest first, and a form that imports one.
pub(super) async fn list(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let sets = by.ask.list(&format!("/test_sets?{}", place.for_route(&["visibility", "cursor"]))).await?;
    let main = html! {
        h1 { "Test sets" }
        (said(&by))
        @if rows(&sets.body).is_empty() {
            (empty("There is no test set yet.", &html! { "Import a file below: one prompt a line." }))
        } @else { (table(place, &sets.body)) (pager(place, sets.next.as_deref())) }
        (import_form(place, "", ""))
    };
    Ok(page(&by, Section::TestSets, "Test sets", &main))
}

fn table(place: &Place, sets: &Value) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Name" } th.number scope="col" { "Tests" } th scope="col" { "Visible to" } th scope="col" { "Made" } th scope="col" { span.hidden { "Acts" } } } }
            tbody { @for set in rows(sets) { tr {
                th scope="row" { a href=(place.to(&format!("test-sets/{}", text(&set["id"])))) { (text(&set["name"])) } }
                td.number data-label="Tests" { (set["tests"]) }
                td data-label="Visible to" { (text(&set["visibility"])) }
                td data-label="Made" { (ago(&set["created_at"])) }
                td.acts { a.button href=(place.to(&format!("runs?test_set_id={}", text(&set["id"])))) { "Its runs" } }
            } } }
        } }
    }
}

/// A form that imports a file, or what was pasted.
pub(super) fn import_form(place: &Place, name: &str, pasted: &str) -> Markup {
    html! {
        h2 { "Import tests" }
        form.card method="post" action=(place.to("test-sets")) enctype="multipart/form-data" {
            (csrf(place))
            (field("name", "Name of the test set", name, ""))
            div.field {
                label for="file" { "File" }
                input #file type="file" name="file" accept=".csv,.jsonl,.ndjson,text/csv" aria-describedby="file-help";
                p.help #file-help { "CSV with the columns prompt and expected, or a JSON object {\"prompt\": …, \"expected\": …} a line; at most 3 MiB. For more: " code { "make import" } "." }
            }
            div.field {
                label for="pasted" { "Or paste it" }
                textarea #pasted name="pasted" rows="6" spellcheck="false" placeholder="prompt,expected" { (pasted) }
            }
            button.primary type="submit" { "Import" }
        }
    }
}
