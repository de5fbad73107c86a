use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use crate::console::pages::act::{page, said};
use crate::console::pages::kinds::KINDS;
use crate::console::pages::operating::buttons;
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, ago, csrf, duration, empty, id_link, pager, rows, status, text};

/// What the list can be narrowed by, as the JSON route names it.
const FILTERS: [&str; 8] =
    ["status", "kind", "parent_id", "group_id", "fingerprint", "created_after", "created_before", "cursor"];

const STATUSES: [&str; 6] = ["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"];

/// GET `/console/tasks`: the tasks, newest first.
pub(super) async fn list(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let kinds = by.ask.body(KINDS).await?;
    let found = by.ask.get(&format!("/tasks?{}", place.for_route(&FILTERS))).await;
    let found = match found {
        Ok(found) => found,
        Err(refusal) => {
            let form = html! { h1 { "Tasks" } (filters(place, &kinds)) };
            return Ok(crate::console::pages::act::refused(&by, Section::Tasks, "Tasks", &refusal, &form));
        }
    };
    let main = html! {
        h1 { "Tasks" }
        (said(&by))
        (filters(place, &kinds))
        form #list method="post" action=[Option::<&str>::None] data-live {
            (csrf(place))
            @if rows(&found.body).is_empty() {
                (nothing(place, found.next.as_deref()))
            } @else {
                (table(place, &found.body, true))
                div.actions {
                    button type="submit" name="act" value="revoke" { "Revoke selected…" }
                    button type="submit" name="act" value="retry" { "Begin selected anew…" }
                }
            }
            (pager(place, found.next.as_deref()))
        }
        (buttons(place))
    };
    Ok(page(&by, Section::Tasks, "Tasks", &main))
}

fn nothing(place: &Place, next: Option<&str>) -> Markup {
    match next {
        Some(_) => empty(
            "None among the tasks that this page looked at.",
            &html! {
                "A page looks at 10,000 tasks at most. Go on with the next page, or narrow by time."
            },
        ),
        None if place.query.is_empty() => empty(
            "No task has been started yet.",
            &html! {
                a href=(place.to("kinds")) { "Start one" } "."
            },
        ),
        None => empty("No task is like this.", &html! { a href=(place.to("tasks")) { "Show all" } "." }),
    }
}

fn filters(place: &Place, kinds: &Value) -> Markup {
    let chosen = |name: &str, value: &str| place.asked(name) == value;
    html! {
        form.filters method="get" action=(place.to("tasks")) {
            div.field { label for="status" { "Status" } select #status name="status" {
                option value="" { "any" }
                @for word in STATUSES { option value=(word) selected[chosen("status", word)] { (word) } }
            } }
            div.field { label for="kind" { "Kind" } select #kind name="kind" {
                option value="" { "any" }
                @for kind in rows(kinds) {
                    @let name = text(&kind["name"]);
                    option value=(name) selected[chosen("kind", name)] { (name) }
                }
            } }
            @for (name, label) in [("created_after", "Started from"), ("created_before", "Started before")] {
                div.field { label for=(name) { (label) }
                    input id=(name) type="text" name=(name) value=(place.asked(name)) placeholder="2026-03-12T00:00:00Z"; }
            }
            @for (name, label) in [("parent_id", "Started by"), ("group_id", "In the group"), ("fingerprint", "Failed of")] {
                @if !place.asked(name).is_empty() {
                    div.field { label for=(name) { (label) } input.id id=(name) type="text" name=(name) value=(place.asked(name)); }
                }
            }
            button type="submit" { "Show" }
        }
    }
}

/// What an unfinished task waits for, with a link to the evidence.
fn waits(place: &Place, task: &Value) -> Markup {
    let words = match text(&task["waiting_for"]) {
        "" | "nothing" => return html! { span.none { "–" } },
        "time" => return html! { (ago(&task["not_before"])) },
        "function" => "its function, which runs it",
        "message" => "its message, on its way",
        "relay" => "the relay",
        "group" => "its own group",
        "window" => "its group's window",
        "members" => "its group's members",
        "limit" => "its limit key",
        "deployment" => "a newer function",
        other => other,
    };
    html! { a href=(place.to(&format!("tasks/{}#why", text(&task["task_id"])))) { (words) } }
}

/// Tasks as rows; with boxes to select them by.
pub(in crate::console::pages) fn table(place: &Place, tasks: &Value, boxes: bool) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr {
                @if boxes { th scope="col" { span.hidden { "Select" } } }
                th scope="col" { "Task" } th scope="col" { "Kind" } th scope="col" { "Status" }
                th.number scope="col" { "Attempt" } th scope="col" { "Started" } th.number scope="col" { "Took" } th scope="col" { "Waits for" }
            } }
            tbody { @for task in rows(tasks) { tr {
                @if boxes { td { input type="checkbox" name="id" value=(text(&task["task_id"])) aria-label={ "Select " (text(&task["task_id"])) }; } }
                th scope="row" { (id_link(place, "tasks", &task["task_id"])) }
                td data-label="Kind" { (text(&task["kind"])) }
                td data-label="Status" { (status(&task["status"])) }
                td.number data-label="Attempt" { (task["attempt"]) }
                td data-label="Started" { (ago(&task["created_at"])) }
                td.number data-label="Took" { (duration(task["duration_ms"].as_i64())) }
                td data-label="Waits for" { (waits(place, task)) }
            } } }
        } }
    }
}
