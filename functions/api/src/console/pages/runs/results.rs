use maud::{Markup, html};
use serde_json::Value;

use crate::console::view::{Place, empty, rows, status, text};

/// Which of the results are shown.
pub(super) fn filters(place: &Place, metrics: &Value) -> Markup {
    html! {
        nav.tabs aria-label="Results by verdict" {
            @for (label, word) in [("All", ""), ("Pass", "Pass"), ("Fail", "Fail"), ("Error", "Error")] {
                a href=(place.with("status", word)) aria-current=[(place.asked("status") == word).then_some("true")] { (label) }
            }
        }
        form.filters method="get" action=[Option::<&str>::None] {
            @for name in ["status", "fingerprint"] {
                @if !place.asked(name).is_empty() { input type="hidden" name=(name) value=(place.asked(name)); }
            }
            div.field { label for="search" { "With the text" } input #search type="search" name="search" value=(place.asked("search")); }
            div.field { label for="metric" { "Not passed by" } select #metric name="metric" {
                option value="" { "any metric or none" }
                @for one in rows(metrics) { option value=(text(&one["name"])) selected[place.asked("metric") == text(&one["name"])] { (text(&one["name"])) } }
            } }
            button type="submit" { "Show" }
            @if !place.asked("fingerprint").is_empty() { a.button href=(place.with("fingerprint", "")) { "Of every cause" } }
        }
    }
}

/// Results as rows.
pub(super) fn table(place: &Place, results: &Value, more: bool) -> Markup {
    html! {
        @if rows(results).is_empty() {
            @if more { (empty("None among the tests that this page looked into.", &html! { "A page looks into 4,000 tests. Go on with the next page." })) }
            @else { (empty("No result is like this.", &html! { a href="?" { "Show all" } "." })) }
        } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th.number scope="col" { "Test" } th scope="col" { "Verdict" } th scope="col" { "Prompt" } th scope="col" { "Why" } } }
                tbody { @for one in rows(results) { tr {
                    th.number scope="row" { a href=(place.to(&format!("results/{}", text(&one["id"])))) { (one["position"]) } }
                    td data-label="Verdict" { (status(&one["status"])) }
                    td.wide data-label="Prompt" { bdi { (text(&one["prompt"])) } }
                    td.wide data-label="Why" { bdi { (text(&one["reason"]).chars().take(200).collect::<String>()) } }
                } } }
            } }
        }
    }
}
