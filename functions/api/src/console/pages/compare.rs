use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use super::act::page;
use super::runs::rate;
use crate::console::Console;
use crate::console::id::{Id, Ids};
use crate::console::refusal::{Refusal, see_other};
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, pager, rows, short, status, text, time, verdicts};

/// `/console/runs/{id}/compare`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/runs/{id}/compare", get(choose))
        .route("/console/runs/{id}/compare/{before}", get(compare))
}

/// What each change is called, in the order of what matters.
const CHANGES: [(&str, &str); 6] = [
    ("worse", "Worse"),
    ("better", "Better"),
    ("changed", "Changed"),
    ("same", "The same"),
    ("only_before", "Only in the earlier"),
    ("only_after", "Only in this"),
];

/// GET `/console/runs/{id}/compare?before=…`: leads to the comparison that a form asked for.
async fn choose(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let before: Uuid = by.place.asked("before").parse().map_err(|_| Refusal::not_found())?;
    Ok(see_other(&by.place.to(&format!("runs/{id}/compare/{before}"))))
}

/// GET `/console/runs/{id}/compare/{before}`: what got better, worse, or is another answer.
async fn compare(by: SignedIn, Ids(id, before): Ids) -> Result<Response, Refusal> {
    let route = format!("/test_runs/{id}/compare/{before}");
    let counts = by.ask.body(&route).await?;
    let query = by.place.for_route(&["change", "cursor"]);
    let query = if by.place.query.is_empty() { "change=worse".to_owned() } else { query };
    let tests = by.ask.get(&format!("{route}/tests?{query}")).await?;
    let runs = [
        by.ask.body(&format!("/test_runs/{before}")).await?,
        by.ask.body(&format!("/test_runs/{id}")).await?,
    ];
    let place = &by.place;
    let chosen = if place.query.is_empty() { "worse".to_owned() } else { place.asked("change") };
    let main = html! {
        h1 { "Compare two runs" }
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Run" } th scope="col" { "Started" } th.bars scope="col" { "Results" } th.number scope="col" { "Passed" } } }
            tbody { @for (label, run) in ["Earlier", "This"].into_iter().zip(&runs) { tr {
                th scope="row" { (label) ": " a href=(place.to(&format!("runs/{}", text(&run["id"])))) { (run["name"].as_str().unwrap_or(short(&run["id"]))) } }
                td data-label="Started" { (time(&run["created_at"])) }
                td.bars data-label="Results" { (verdicts(run)) }
                td.number data-label="Passed" { (rate(run)) }
            } } }
        } }
        (noise(&counts))
        nav.tabs aria-label="Tests by change" {
            @for (word, label) in CHANGES {
                a href=(place.with("change", word)) aria-current=[(chosen == word).then_some("true")] { (label) " " (counts[word]) }
            }
        }
        (table(place, &tests.body))
        (pager(place, tests.next.as_deref()))
    };
    Ok(page(&by, Section::Runs, "Compare two runs", &main))
}

/// Whether more tests flipped one way than the other by more than chance explains: the sign test, at 95 %.
fn noise(counts: &Value) -> Markup {
    let count = |name: &str| counts[name].as_i64().unwrap_or(0);
    let flaky = (count("better_flaky"), count("worse_flaky"));
    let (better, worse) = (count("better") - flaky.0, count("worse") - flaky.1);
    html! {
        p { strong {
            @if better + worse == 0 && flaky == (0, 0) { "No test changed its verdict." }
            @else if better + worse == 0 { "Only flaky tests changed their verdicts." }
            @else if is_noise(better, worse) { (better) " better, " (worse) " worse: within noise." }
            @else if better > worse { (better) " better, " (worse) " worse: more than noise." }
            @else { (worse) " worse, " (better) " better: more than noise." }
        } " " small { "If flips were chance, so uneven a split came less than once in twenty when this says “more than noise”." } }
        @if flaky != (0, 0) {
            p { "Not counted here: " (flaky.1) " worse and " (flaky.0) " better ones that are flaky, for their verdicts went to and fro over the last runs." }
        }
    }
}

/// The normal approximation with its correction; few flips are always noise, as they are by the exact test.
fn is_noise(better: i64, worse: i64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "counts of tests")]
    let (difference, all) = ((better - worse).abs() as f64, (better + worse) as f64);
    all < 6.0 || (difference - 1.0).max(0.0) / all.sqrt() < 1.96
}

fn table(place: &Place, tests: &Value) -> Markup {
    let result = |id: &Value, verdict: &Value, other: &Value| {
        html! {
            @if let Some(id) = id.as_str() {
                a href=(place.to(&format!("results/{id}{}", other.as_str().map_or_else(String::new, |other| format!("?before={other}"))))) { (status(verdict)) }
            } @else { span.none { "no result" } }
        }
    };
    html! {
        @if rows(tests).is_empty() { p { "No test is so." } } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th.number scope="col" { "Test" } th scope="col" { "Prompt" } th scope="col" { "Earlier" } th scope="col" { "This" } } }
                tbody { @for one in rows(tests) { tr {
                    th.number scope="row" { (one["position"]) }
                    td.wide data-label="Prompt" { bdi { (text(&one["prompt"])) } @if one["flaky"] == true { " " small.flaky title="Its verdict went to and fro over the last runs" { "flaky" } } }
                    td data-label="Earlier" { (result(&one["before_id"], &one["before_status"], &Value::Null)) }
                    td data-label="This" { (result(&one["after_id"], &one["after_status"], &one["before_id"])) }
                } } }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_flips_and_even_ones_are_noise_and_many_of_one_kind_are_not() {
        assert!(is_noise(0, 0) && is_noise(5, 0) && is_noise(12, 10) && is_noise(60, 50));
        assert!(!is_noise(0, 8) && !is_noise(20, 5) && !is_noise(500, 400));
    }
}
