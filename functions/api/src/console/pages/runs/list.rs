use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::rate;
use crate::console::pages::act::{page, said};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{
    Place, Section, ago, csrf, duration, empty, pager, rows, short, status, text, verdicts,
};

const FILTERS: [&str; 5] = ["status", "test_set_id", "test_configuration_id", "created_after", "cursor"];

const STATUSES: [&str; 6] = ["Queued", "Progress", "Completed", "Partial", "Failed", "Cancelled"];

/// GET `/console/runs`: the runs, newest first.
pub(super) async fn list(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let runs = by.ask.list(&format!("/test_runs?{}", place.for_route(&FILTERS))).await?;
    let sets = by.ask.list("/test_sets?limit=200").await?.body;
    let endpoints = by.ask.list("/endpoints?limit=200").await?.body;
    let main = html! {
        h1 { "Test runs" }
        (said(&by))
        (execute(place, &sets, &endpoints))
        nav.tabs aria-label="Runs by status" {
            a href=(place.with("status", "")) aria-current=[place.asked("status").is_empty().then_some("true")] { "All" }
            @for word in STATUSES {
                a href=(place.with("status", word)) aria-current=[(place.asked("status") == word).then_some("true")] { (word) }
            }
        }
        section #runs data-live {
            (table(place, &runs.body))
            (pager(place, runs.next.as_deref()))
        }
    };
    Ok(page(&by, Section::Runs, "Test runs", &main))
}

/// A form that executes a test set on an endpoint.
fn execute(place: &Place, sets: &Value, endpoints: &Value) -> Markup {
    html! {
        details.new {
            summary { "Execute a test set" }
            @if rows(sets).is_empty() || rows(endpoints).is_empty() {
                p { "It takes a " a href=(place.to("test-sets")) { "test set" } " and an " a href=(place.to("endpoints")) { "endpoint" } ": make them first." }
            } @else {
                form.card method="post" action=(place.to("runs/execute")) {
                    (csrf(place))
                    div.field { label for="test_set_id" { "Test set" } select #test_set_id name="test_set_id" {
                        @for set in rows(sets) { option value=(text(&set["id"])) selected[place.asked("test_set_id") == text(&set["id"])] { (text(&set["name"])) " (" (set["tests"]) " tests)" } }
                    } }
                    div.field { label for="endpoint_id" { "Endpoint" } select #endpoint_id name="endpoint_id" {
                        @for endpoint in rows(endpoints) { option value=(text(&endpoint["id"])) { (text(&endpoint["name"])) } }
                    } }
                    button.primary type="submit" { "Execute" }
                }
            }
        }
    }
}

/// Runs as rows.
pub(in crate::console::pages) fn table(place: &Place, runs: &Value) -> Markup {
    if rows(runs).is_empty() {
        return empty(
            "There is no test run here.",
            &html! {
                "Import a file of tests under " a href=(place.to("test-sets")) { "Test sets" } ", name an "
                a href=(place.to("endpoints")) { "endpoint" } ", and execute the one on the other."
            },
        );
    }
    html! {
        div.scroll tabindex="0" { table {
            thead { tr {
                th scope="col" { "Run" } th scope="col" { "Test set" } th scope="col" { "Endpoint" } th scope="col" { "Status" }
                th.bars scope="col" { "Results" } th.number scope="col" { "Passed" } th scope="col" { "Started" } th.number scope="col" { "Took" }
            } }
            tbody { @for run in rows(runs) { tr {
                th scope="row" { a href=(place.to(&format!("runs/{}", text(&run["id"])))) {
                    @if let Some(name) = run["name"].as_str() { (name) } @else { code { (short(&run["id"])) } }
                } @if is_part(run) { small { " a part" } } }
                td data-label="Test set" { (named(place, "test-sets", &run["test_set"])) }
                td data-label="Endpoint" { (named(place, "endpoints", &run["endpoint"])) }
                td data-label="Status" { (status(&run["status"])) }
                td.bars data-label="Results" { (verdicts(run)) }
                td.number data-label="Passed" { (rate(run)) }
                td data-label="Started" { (ago(&run["created_at"])) }
                td.number data-label="Took" { (duration(run["execution_time_ms"].as_i64())) }
            } } }
        } }
    }
}

/// Whether a run is of some tests of its test set only.
pub(in crate::console::pages) fn is_part(run: &Value) -> bool {
    run["only_status"].is_string() || run["only_fingerprint"].is_string()
}

/// A link to something that has a name, if it is still there.
pub(super) fn named(place: &Place, page: &str, of: &Value) -> Markup {
    html! {
        @if let Some(id) = of["id"].as_str() { a href=(place.to(&format!("{page}/{id}"))) { (text(&of["name"])) } }
        @else { span.none { "deleted" } }
    }
}
