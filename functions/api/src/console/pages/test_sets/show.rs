use axum::response::Response;
use chrono::DateTime;
use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use crate::console::id::Id;
use crate::console::pages::act::{page, said};
use crate::console::pages::runs::{is_part, table as runs_table};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Bar, Place, Section, chart, csrf, facts, pager, rows, text, time};

/// GET `/console/test-sets/{id}`: its tests, the metrics that judge them, and how its last runs went.
pub(super) async fn show(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let set = by.ask.body(&format!("/test_sets/{id}")).await?;
    let tests = by.ask.list(&format!("/test_sets/{id}/tests?{}", by.place.for_route(&["cursor"]))).await?;
    let runs = by.ask.list(&format!("/test_runs?test_set_id={id}&limit=30")).await?.body;
    let metrics = by.ask.list("/metrics?limit=200").await?.body;
    let place = &by.place;
    let main = html! {
        h1 { (text(&set["name"])) }
        (said(&by))
        @if set["description"].is_string() { p.lead { (text(&set["description"])) } }
        (facts(&[
            ("Tests", html! { (set["tests"]) }),
            ("Visible to", html! { (text(&set["visibility"])) }),
            ("Made", time(&set["created_at"])),
        ]))
        div.actions {
            a.button.primary href=(place.to(&format!("runs?test_set_id={id}"))) { "Execute it" }
            form.inline method="post" action=(place.to(&format!("test-sets/{id}/delete"))) { (csrf(place)) button.danger type="submit" { "Delete…" } }
        }
        section #trend data-live {
            h2 { "Its last runs" }
            (trend(place, &runs))
            (runs_table(place, &runs))
            @if let Some(last) = rows(&runs).iter().find(|run| !run["completed_at"].is_null()) {
                p { a href=(place.to(&format!("runs/{}/flaky", text(&last["id"])))) { "Its flaky tests" } ", whose verdicts went to and fro over its last runs." }
            }
        }
        (assign(place, id, &metrics))
        h2 { "Tests" }
        div.scroll tabindex="0" { table {
            thead { tr { th.number scope="col" { "Test" } th scope="col" { "Prompt" } th scope="col" { "Expected" } } }
            tbody { @for test in rows(&tests.body) { tr {
                th.number scope="row" { (test["position"]) }
                td.wide data-label="Prompt" { bdi { (cut(&test["prompt"])) } }
                td.wide data-label="Expected" { bdi { (cut(&test["expected"])) } }
            } } }
        } }
        (pager(place, tests.next.as_deref()))
    };
    Ok(page(&by, Section::TestSets, text(&set["name"]), &main))
}

fn cut(value: &Value) -> String {
    text(value).chars().take(300).collect()
}

/// The last runs that have ended, the oldest first, as columns that lead to them.
fn trend(place: &Place, runs: &Value) -> Markup {
    let ended = rows(runs).iter().rev().filter(|run| !run["completed_at"].is_null() && !is_part(run));
    let bars: Vec<Bar> = ended
        .map(|run| Bar {
            label: text(&run["created_at"]).get(..16).unwrap_or_default().replace('T', " ") + " UTC",
            at: DateTime::parse_from_rfc3339(text(&run["created_at"])).ok().map(|at| at.to_utc()),
            good: run["passed"].as_i64().unwrap_or(0),
            bad: run["failed"].as_i64().unwrap_or(0) + run["errors"].as_i64().unwrap_or(0),
            link: Some(place.to(&format!("runs/{}", text(&run["id"])))),
        })
        .collect();
    html! { @if bars.len() > 1 { (chart("Results of its last runs", "passed", "not passed", &bars)) } }
}

fn assign(place: &Place, id: Uuid, metrics: &Value) -> Markup {
    html! {
        h2 { "Judge it by a metric" }
        @if rows(metrics).is_empty() {
            p { "There is no metric yet: " a href=(place.to("metrics")) { "make one" } ". Without any, an answer is compared with what was expected." }
        } @else {
            form.inline method="post" action=(place.to(&format!("test-sets/{id}/metrics"))) {
                (csrf(place))
                label.hidden for="metric_id" { "Metric" }
                select #metric_id name="metric_id" { @for metric in rows(metrics) { option value=(text(&metric["id"])) { (text(&metric["name"])) } } }
                button type="submit" name="act" value="PUT" { "Judge by it" }
                button type="submit" name="act" value="DELETE" { "No longer judge by it" }
            }
        }
    }
}
