use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::throughput::throughput;
use crate::console::pages::act::page;
use crate::console::pages::runs::table as runs_table;
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, ago, duration, empty, rows, text};

/// GET `/console/overview`: what needs somebody, what runs, and what ran last.
pub(super) async fn overview(by: SignedIn) -> Result<Response, Refusal> {
    let kinds = by.ask.body("/tasks/stats").await?;
    let broken = by.ask.list("/schedules?limit=200&$filter=problem%20ne%20null").await?.body;
    let next = "/schedules?limit=1&sort_by=next_at&sort_order=asc&$filter=next_at%20ne%20null";
    let next = by.ask.list(next).await?.body;
    let runs = by.ask.list("/test_runs?limit=8").await?.body;
    let relay = by.ask.body("/relay").await?;
    let ended = throughput(&by, None).await?;
    let main = html! {
        h1 { "Overview" }
        section #needs data-live { (needs(&by.place, &broken, &kinds)) }
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

fn needs(place: &Place, broken: &Value, kinds: &Value) -> Markup {
    let sum = |name: &str| rows(kinds).iter().filter_map(|one| one[name].as_i64()).sum::<i64>();
    let (broken, failed, causes) = (rows(broken), sum("dead_letters"), sum("causes"));
    let late: Vec<&Value> =
        rows(kinds).iter().filter(|one| one["oldest_due_seconds"].as_f64() > Some(OVERDUE)).collect();
    html! {
        h2 { "Needs a person" }
        @if failed == 0 && broken.is_empty() && late.is_empty() {
            p.notice.good { "Nothing does." }
        } @else {
            ul.needs {
                @if failed > 0 { li { a href=(place.to("dead-letters")) { (failed) @if failed == 1 { " failed task" } @else { " failed tasks" } " of " (causes) @if causes == 1 { " cause" } @else { " causes" } } } }
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
    let count = |one: &Value, label: &str, name: &str, status: &str| {
        let number = one[name].as_i64().unwrap_or(0);
        html! { td.number data-label=(label) {
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
                (count(one, "Waiting", "waiting", "PENDING"))
                (count(one, "Running", "running", "STARTED"))
                (count(one, "Retrying", "retrying", "RETRY"))
                (count(one, "Failed in 24 h", "failed_last_24h", "FAILURE"))
                td.number data-label="Oldest due" { (due(one)) }
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
