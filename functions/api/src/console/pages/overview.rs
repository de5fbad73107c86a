use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::act::page;
use super::runs::table as runs_table;
use super::throughput::throughput;
use crate::console::ask::Answer;
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, ago, duration, empty, rows, text};

/// GET `/console/overview`: what needs somebody, what runs, and what ran last.
pub(super) async fn overview(by: SignedIn) -> Result<Response, Refusal> {
    let kinds = by.ask.body("/tasks/stats").await?;
    let letters = by.ask.get("/dead-letters?limit=200").await?;
    let broken = by.ask.body("/schedules?limit=200&$filter=problem%20ne%20null").await?;
    let next = "/schedules?limit=1&sort_by=next_at&sort_order=asc&$filter=next_at%20ne%20null";
    let next = by.ask.body(next).await?;
    let runs = by.ask.body("/test_runs?limit=8").await?;
    let relay = by.ask.body("/relay").await?;
    let ended = throughput(&by, None).await?;
    let main = html! {
        h1 { "Overview" }
        section #needs data-live { (needs(&by.place, &letters, &broken, &kinds)) }
        section #kinds data-live {
            h2 { "Tasks by kind" }
            (kinds_table(&by.place, &kinds))
            p { "The relay swept " (ago(&relay["swept_at"])) ". " (next_tick(&by.place, &next)) }
        }
        section #ended data-live {
            h2 { "Throughput" }
            (ended)
        }
        section #runs data-live {
            h2 { "Latest test runs" }
            (runs_table(&by.place, &runs))
        }
    };
    Ok(page(&by, Section::Overview, "Overview", &main))
}

/// How long a task may be due before somebody should look, in seconds: two sweeps of the relay and then some.
const OVERDUE: f64 = 180.0;

fn needs(place: &Place, letters: &Answer, broken: &Value, kinds: &Value) -> Markup {
    let (broken, causes) = (rows(broken), rows(&letters.body));
    let failed: i64 = causes.iter().filter_map(|one| one["count"].as_i64()).sum();
    // Of the first page: on the next are those that failed before.
    let more = if letters.next.is_some() { "more than " } else { "" };
    let late: Vec<&Value> =
        rows(kinds).iter().filter(|one| one["oldest_due_seconds"].as_f64() > Some(OVERDUE)).collect();
    html! {
        h2 { "Needs a person" }
        @if failed == 0 && broken.is_empty() && late.is_empty() {
            p.notice.good { "Nothing does." }
        } @else {
            ul.needs {
                @if failed > 0 { li { a href=(place.to("dead-letters")) { (more) (failed) " failed tasks of " (causes.len()) " causes" } } }
                @for one in &late { li {
                    a href=(place.to(&format!("tasks?status=PENDING&kind={}", text(&one["kind"])))) {
                        (text(&one["kind"])) " has been due for " (due(one))
                    }
                    ": its function is throttled or missing, or the relay does not come."
                } }
                @for one in broken { li {
                    a href=(place.to("schedules")) { "Schedule " (text(&one["name"])) " is paused" } ": " (text(&one["problem"]))
                } }
            }
        }
    }
}

fn kinds_table(place: &Place, kinds: &Value) -> Markup {
    if rows(kinds).is_empty() {
        return empty(
            "No task has been started yet.",
            &html! {
                a href=(place.to("kinds")) { "Start one" } ", or " a href=(place.to("runs")) { "execute a test set" } "."
            },
        );
    }
    let count = |one: &Value, name: &str, status: &str| {
        let number = one[name].as_i64().unwrap_or(0);
        html! { td.number {
            @let more = if one["at_least"] == true && name != "failed_last_24h" { "+" } else { "" };
            @if number > 0 { a href=(place.to(&format!("tasks?status={status}&kind={}", text(&one["kind"])))) { (number) (more) } }
            @else { span.none { "0" } }
        } }
    };
    html! {
        div.scroll tabindex="0" { table {
            thead { tr {
                th scope="col" { "Kind" } th.number scope="col" { "Waiting" } th.number scope="col" { "Running" }
                th.number scope="col" { "Retrying" } th.number scope="col" { "Failed in 24 h" } th.number scope="col" { "Oldest due" }
            } }
            tbody { @for one in rows(kinds) { tr {
                th scope="row" { a href=(place.to(&format!("kinds/{}", text(&one["kind"])))) { (text(&one["kind"])) } }
                (count(one, "waiting", "PENDING"))
                (count(one, "running", "STARTED"))
                (count(one, "retrying", "RETRY"))
                (count(one, "failed_last_24h", "FAILURE"))
                td.number { (due(one)) }
            } } }
        } }
    }
}

/// When the schedules start something next.
fn next_tick(place: &Place, next: &Value) -> Markup {
    html! {
        @if let Some(next) = rows(next).first() {
            a href=(place.to("schedules")) { "The next schedule" } " is due " (ago(&next["next_at"])) "."
        }
    }
}

/// For how long the oldest task of a kind has been due.
fn due(one: &Value) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "seconds of years are far below")]
    duration(one["oldest_due_seconds"].as_f64().map(|seconds| (seconds * 1000.0) as i64))
}
