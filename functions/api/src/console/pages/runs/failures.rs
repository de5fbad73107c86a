use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use crate::console::id::Id;
use crate::console::pages::act::page;
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, csrf, empty, pager, rows, status, text};

/// Why tests of a run did not pass: a few causes, with the tests of each, and what can be done with those.
pub(super) fn causes(place: &Place, run: &Value, causes: &Value) -> Markup {
    if rows(causes).is_empty() {
        return html! {};
    }
    let act = |act: &str, name: &str, one: &Value| {
        html! { form.inline method="post" action=(place.to(&format!("runs/{}/{act}", text(&run["id"])))) {
            (csrf(place)) input type="hidden" name="fingerprint" value=(text(&one["fingerprint"]));
            button type="submit" { (name) }
        } }
    };
    let has_ended = !run["completed_at"].is_null();
    html! {
        h2 { "Why tests did not pass" }
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Cause" } th scope="col" { "Verdict" } th.number scope="col" { "Tests" } @if has_ended { th scope="col" { "Once more" } } } }
            tbody { @for one in rows(causes) { tr {
                th.wide scope="row" {
                    @for metric in rows(&one["metrics"]) { strong { (text(metric)) } " " }
                    bdi { (text(&one["reason"]).chars().take(300).collect::<String>()) }
                }
                td data-label="Verdict" { (status(&one["status"])) }
                td.number data-label="Tests" { a href={ (place.with("fingerprint", text(&one["fingerprint"]))) "#list" } { (one["count"]) } }
                @if has_ended { td.acts data-label="Once more" { (act("repeat", "Execute them", one)) (act("rescore", "Judge them", one)) } }
            } } }
        } }
    }
}

/// GET `/console/runs/{id}/flaky`: tests whose verdicts say little, for they went to and fro.
pub(super) async fn flaky(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let found =
        by.ask.get(&format!("/test_runs/{id}/flaky_tests?{}", by.place.for_route(&["cursor"]))).await?;
    let place = &by.place;
    let main = html! {
        h1 { "Flaky tests" }
        p.lead { "Tests whose verdict changed and changed back over the last ten runs of this test set on this endpoint, up to " a href=(place.to(&format!("runs/{id}"))) { "this run" } ". Whether one of them passes says little." }
        @if rows(&found.body).is_empty() {
            (empty("No test is flaky.", &html! { "It takes at least three runs of the same test set on the same endpoint, and this one has to have ended." }))
        } @else { (table(place, &found.body)) (pager(place, found.next.as_deref())) }
    };
    Ok(page(&by, Section::Runs, "Flaky tests", &main))
}

fn table(place: &Place, tests: &Value) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Prompt" } th.number scope="col" { "Changes" } th.number scope="col" { "Passed" } th scope="col" { "Verdicts, the latest last" } } }
            tbody { @for one in rows(tests) { tr {
                th.wide scope="row" { @if one["prompt"].is_string() { bdi { (text(&one["prompt"])) } } @else { span.none { "deleted" } } }
                td.number data-label="Changes" { (one["flips"]) }
                td.number data-label="Passed" { (one["passed"]) " of " (rows(&one["verdicts"]).len()) }
                td data-label="Verdicts" { (history(place, one)) }
            } } }
        } }
    }
}

/// The verdicts of a test one after the other; each leads to its result.
fn history(place: &Place, test: &Value) -> Markup {
    let sign = |verdict: &Value| match text(verdict) {
        "Pass" => ("good", "✓"),
        "Fail" => ("bad", "✗"),
        _ => ("warn", "!"),
    };
    html! {
        span.history { @for (verdict, id) in rows(&test["verdicts"]).iter().zip(rows(&test["test_result_ids"])) {
            @let (class, shape) = sign(verdict);
            a class=(class) href=(place.to(&format!("results/{}", text(id)))) title=(text(verdict)) {
                span aria-hidden="true" { (shape) } span.hidden { (text(verdict)) }
            }
        } }
    }
}
