use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use super::list::named;
use super::rate;
use crate::console::id::Id;
use crate::console::pages::act::{page, said};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{
    Place, Section, csrf, duration, facts, id_link, pager, rows, status, text, time, verdicts,
};

/// GET `/console/runs/{id}`: how a run stands, what its metrics said, and its results.
pub(super) async fn show(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let run = by.ask.body(&format!("/test_runs/{id}")).await?;
    let metrics = by.ask.body(&format!("/test_runs/{id}/metrics")).await?;
    let query = by.place.for_route(&["status", "metric", "search", "cursor"]);
    let results = by.ask.get(&format!("/test_results?test_run_id={id}&{query}")).await?;
    let others = match run["test_set"]["id"].as_str() {
        Some(set) => by.ask.body(&format!("/test_runs?test_set_id={set}&limit=30")).await?,
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
                ("Started", time(&run["created_at"])),
                ("Took", html! { (duration(run["execution_time_ms"].as_i64())) }),
            ]))
        }
        (acts(place, &run, id, &others))
        h2 { "Metrics" }
        section #metrics data-live { (metrics_table(place, &metrics["metrics"])) }
        h2 { "Results" }
        (filters(place, &metrics["metrics"]))
        section #results data-live {
            (results_table(place, &results.body))
            (pager(place, place.onward(results.next.as_deref()).as_deref()))
        }
    };
    Ok(page(&by, Section::Runs, &title, &main))
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
                (button("rescore", "Judge the same answers again", ""))
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
    html! {
        @if rows(metrics).is_empty() { p { "No metric has judged anything yet." } } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Metric" } th.number scope="col" { "Passed" } th.number scope="col" { "Failed" } th.number scope="col" { "Not evaluated" } th.number scope="col" { "Average" } th.number scope="col" { "Least" } th.number scope="col" { "Greatest" } } }
                tbody { @for one in rows(metrics) { tr {
                    th scope="row" { (text(&one["name"])) }
                    td.number { (one["passed"]) }
                    td.number { @if one["failed"] == 0 { "0" } @else { a href=(place.with("metric", text(&one["name"]))) { (one["failed"]) } } }
                    td.number { (one["errors"]) }
                    @for name in ["average", "least", "greatest"] { td.number { (score(&one[name])) } }
                } } }
            } }
        }
    }
}

fn score(value: &Value) -> String {
    value.as_f64().map_or_else(|| "–".to_owned(), |score| format!("{score:.3}"))
}

fn filters(place: &Place, metrics: &Value) -> Markup {
    html! {
        nav.tabs aria-label="Results by verdict" {
            @for (label, word) in [("All", ""), ("Pass", "Pass"), ("Fail", "Fail"), ("Error", "Error")] {
                a href=(place.with("status", word)) aria-current=[(place.asked("status") == word).then_some("true")] { (label) }
            }
        }
        form.filters method="get" action=[Option::<&str>::None] {
            @if !place.asked("status").is_empty() { input type="hidden" name="status" value=(place.asked("status")); }
            div.field { label for="search" { "With the text" } input #search type="search" name="search" value=(place.asked("search")); }
            div.field { label for="metric" { "Not passed by" } select #metric name="metric" {
                option value="" { "any metric or none" }
                @for one in rows(metrics) { option value=(text(&one["name"])) selected[place.asked("metric") == text(&one["name"])] { (text(&one["name"])) } }
            } }
            button type="submit" { "Show" }
        }
    }
}

fn results_table(place: &Place, results: &Value) -> Markup {
    html! {
        @if rows(results).is_empty() { p { "No result here." } } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th.number scope="col" { "Test" } th scope="col" { "Verdict" } th scope="col" { "Prompt" } th scope="col" { "Why" } } }
                tbody { @for one in rows(results) { tr {
                    th.number scope="row" { a href=(place.to(&format!("results/{}", text(&one["id"])))) { (one["position"]) } }
                    td { (status(&one["status"])) }
                    td.wide { bdi { (text(&one["prompt"])) } }
                    td.wide { bdi { (text(&one["reason"]).chars().take(200).collect::<String>()) } }
                } } }
            } }
        }
    }
}
