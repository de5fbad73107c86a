use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use super::list::named;
use super::{failures, rate, results};
use crate::console::id::Id;
use crate::console::pages::act::{page, said};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{
    Place, Section, csrf, duration, facts, id_link, pager, rows, status, text, time, verdicts,
};

/// Of how many results the metrics are summed up while a run goes on; when it has ended, that is written down.
const SUMMED_UP: i64 = 2_000;

/// GET `/console/runs/{id}`: how a run stands, what its metrics said, and its results.
pub(super) async fn show(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let run = by.ask.body(&format!("/test_runs/{id}")).await?;
    let metrics = match run["done"].as_i64() > Some(SUMMED_UP) && run["completed_at"].is_null() {
        true => Value::Null,
        false => by.ask.body(&format!("/test_runs/{id}/metrics")).await?,
    };
    let causes = match run["failed"] == 0 && run["errors"] == 0 {
        true => Value::Null,
        false => by.ask.body(&format!("/test_runs/{id}/failures")).await?,
    };
    let query = by.place.for_route(&["status", "metric", "search", "fingerprint", "cursor"]);
    let found = by.ask.list(&format!("/test_results?test_run_id={id}&{query}")).await?;
    let others = match run["test_set"]["id"].as_str() {
        Some(set) => by.ask.list(&format!("/test_runs?test_set_id={set}&limit=30")).await?.body,
        None => Value::Null,
    };
    let place = &by.place;
    let title = run["name"].as_str().map_or_else(|| format!("Run {}", &id.to_string()[28..]), str::to_owned);
    let main = html! {
        h1 { (title) }
        (said(&by))
        section #run data-live {
            p.state { (status(&run["status"])) " " (run["done"]) " of " (run["total"]) " tests" }
            (verdicts(&run))
            @if run["error"].is_string() { p.notice.bad role="alert" { (text(&run["error"])) } }
            (facts(&[
                ("Passed", html! { (run["passed"]) " · " (rate(&run)) }),
                ("Failed", html! { (run["failed"]) }),
                ("Errors", html! { (run["errors"]) }),
                ("Test set", named(place, "test-sets", &run["test_set"])),
                ("Endpoint", named(place, "endpoints", &run["endpoint"])),
                ("Task", id_link(place, "tasks", &run["task_id"])),
                ("Tests", part(place, &run)),
                ("Started", time(&run["created_at"])),
                ("Took", html! { (duration(run["execution_time_ms"].as_i64())) }),
            ]))
        }
        section #acts data-live { (acts(place, &run, id, &others)) }
        h2 { "Metrics" }
        section #metrics data-live { (metrics_table(place, &metrics)) }
        section #causes data-live { (failures::causes(place, &run, &causes)) }
        h2 #list { "Results" }
        (results::filters(place, &metrics["metrics"]))
        section #results data-live {
            (results::table(place, &found.body, found.next.is_some()))
            (pager(place, found.next.as_deref()))
        }
    };
    Ok(page(&by, Section::Runs, &title, &main))
}

/// Of which tests a run is, if not of its whole test set.
fn part(place: &Place, run: &Value) -> Markup {
    let of = |run: &Value| match (run["repeat_of"].as_str(), run["rescore_of"].as_str()) {
        (Some(id), _) => ("executed once more, of run ", Some(id.to_owned())),
        (_, Some(id)) => ("judged once more, of run ", Some(id.to_owned())),
        _ => ("", None),
    };
    let (words, other) = of(run);
    html! {
        @if run["only_fingerprint"].is_string() { "those that failed of one cause" }
        @else if run["only_status"].is_string() { "those that came to " (text(&run["only_status"])) }
        @else { "all" }
        @if let Some(other) = other { ", " (words) (id_link(place, "runs", &Value::from(other))) }
    }
}

fn acts(place: &Place, run: &Value, id: Uuid, others: &Value) -> Markup {
    let button = |act: &str, name: &str, class: &str| {
        html! { form.inline method="post" action=(place.to(&format!("runs/{id}/{act}"))) { (csrf(place)) button class=(class) type="submit" { (name) } } }
    };
    let earlier: Vec<&Value> = rows(others)
        .iter()
        .filter(|other| other["id"] != run["id"] && !other["completed_at"].is_null())
        .collect();
    html! {
        div.actions {
            @if run["completed_at"].is_null() { (button("cancel", "Cancel…", "danger")) }
            @else {
                (button("again", "Execute again", "primary"))
                @for (word, count) in [("Fail", &run["failed"]), ("Error", &run["errors"])] {
                    @if count.as_i64() > Some(0) {
                        form.inline method="post" action=(place.to(&format!("runs/{id}/repeat"))) {
                            (csrf(place)) input type="hidden" name="status" value=(word);
                            button type="submit" { "Execute the " (count) @if word == "Fail" { " failed" } @else { " errors" } " again" }
                        }
                    }
                }
                (button("rescore", "Judge the same answers again", ""))
                a.button href=(place.to(&format!("runs/{id}/flaky"))) { "Flaky tests" }
                a.button href=(place.to(&format!("runs/{id}/download"))) download { "CSV" }
                (button("delete", "Delete…", "danger"))
            }
            form.inline method="post" action=(place.to(&format!("runs/{id}/rename"))) {
                (csrf(place))
                label.hidden for="name" { "Name of the run" }
                input #name type="text" name="name" value=(text(&run["name"])) placeholder="Name this run";
                button type="submit" { "Name it" }
            }
        }
        @if !earlier.is_empty() {
            form.inline method="get" action=(place.to(&format!("runs/{id}/compare"))) {
                label for="before" { "Compare with " }
                select #before name="before" { @for other in earlier {
                    option value=(text(&other["id"])) { (other["name"].as_str().unwrap_or(text(&other["created_at"]))) ": " (other["passed"]) " passed, " (other["failed"]) " failed" }
                } }
                button type="submit" { "Compare" }
            }
        }
    }
}

fn metrics_table(place: &Place, metrics: &Value) -> Markup {
    if metrics.is_null() {
        return html! { p { "They are summed up when the run has ended: it is a large one." } };
    }
    let metrics = &metrics["metrics"];
    html! {
        @if rows(metrics).is_empty() { p { "No metric has judged anything yet." } } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Metric" } th.number scope="col" { "Passed" } th.number scope="col" { "Failed" } th.number scope="col" { "Not evaluated" } th.number scope="col" { "Average" } th.number scope="col" { "Least" } th.number scope="col" { "Greatest" } } }
                tbody { @for one in rows(metrics) { tr {
                    th scope="row" { (text(&one["name"])) }
                    td.number data-label="Passed" { (one["passed"]) }
                    td.number data-label="Failed" { @if one["failed"] == 0 { "0" } @else { a href=(place.with("metric", text(&one["name"]))) { (one["failed"]) } } }
                    td.number data-label="Not evaluated" { (one["errors"]) }
                    @for (label, name) in [("Average", "average"), ("Least", "least"), ("Greatest", "greatest")] { td.number data-label=(label) { (score(&one[name])) } }
                } } }
            } }
        }
    }
}

fn score(value: &Value) -> String {
    value.as_f64().map_or_else(|| "–".to_owned(), |score| format!("{score:.3}"))
}
