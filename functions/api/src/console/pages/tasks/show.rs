use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use super::copies::copies;
use super::story::story;
use super::table;
use crate::console::id::Id;
use crate::console::pages::act::{page, said};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{
    Place, Section, csrf, duration, facts, id_link, json, progress, rows, status, text, time,
};

/// GET `/console/tasks/{id}`: a task's story, and why it does not run if it does not.
pub(super) async fn show(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let task = by.ask.body(&format!("/tasks/{id}")).await?;
    let why = by.ask.find(&format!("/tasks/{id}/why")).await?.unwrap_or_default();
    let kind = by.ask.find(&format!("/kinds/{}", text(&task["kind"]))).await?.unwrap_or_default();
    let children = by.ask.body(&format!("/tasks?parent_id={id}&limit=20")).await?;
    let place = &by.place;
    let main = html! {
        h1 { (text(&task["kind"])) " " code.id { (id) } }
        (said(&by))
        section #state data-live {
            p.state { (status(&task["status"])) @if why["waiting_for"] != "nothing" { " " (text(&why["because"])) } }
            @if let (Some(done), Some(total)) = (task["progress"]["done"].as_i64(), task["progress"]["total"].as_i64()) {
                (progress(done, total))
            }
            (acts(place, &task, id))
            (story(&task, &why))
            h2 { "Result" }
            @if task["error"].is_null() { (json(&task["result"])) } @else { (error(&task["error"])) }
            (attempts(&task["attempts"]))
        }
        section #why data-live {
            @if why["waiting_for"] != "nothing" { h2 { "Why it does not run" } (json(&why["evidence"])) }
        }
        h2 { "Arguments" } (json(&task["args"]))
        (origin(place, &task, &kind))
        @if !rows(&children).is_empty() {
            h2 { "Tasks that it started" }
            (table(place, &children, false))
            p { a href=(place.to(&format!("tasks?parent_id={id}"))) { "All of them" } }
        }
        (copies(id, &task))
    };
    Ok(page(&by, Section::Tasks, text(&task["kind"]), &main))
}

fn acts(place: &Place, task: &Value, id: Uuid) -> Markup {
    let (act, name, class) = match text(&task["status"]) {
        "FAILURE" | "REVOKED" => ("retry", "Begin anew", "primary"),
        "SUCCESS" => return html! {},
        _ => ("revoke", "Revoke…", "danger"),
    };
    html! {
        form.inline method="post" action=(place.to(&format!("tasks/{id}/{act}"))) {
            (csrf(place)) button class=(class) type="submit" { (name) }
        }
    }
}

fn error(error: &Value) -> Markup {
    html! { div.notice.bad { strong { (text(&error["type"])) } pre.text dir="auto" tabindex="0" { (text(&error["message"])) } } }
}

fn attempts(attempts: &Value) -> Markup {
    html! {
        @if !rows(attempts).is_empty() {
            h2 { "Attempts that did not succeed" }
            div.scroll tabindex="0" { table {
                thead { tr {
                    th.number scope="col" { "Attempt" } th scope="col" { "Outcome" } th scope="col" { "Began" } th.number scope="col" { "Took" }
                    th scope="col" { "Error" } th scope="col" { "Log" }
                } }
                tbody { @for one in rows(attempts) { tr {
                    th.number scope="row" { (one["attempt"]) }
                    td data-label="Outcome" { (text(&one["outcome"])) }
                    td data-label="Began" { (time(&one["claimed_at"])) }
                    td.number data-label="Took" { (duration(between(&one["claimed_at"], &one["ended_at"]))) }
                    td.wide data-label="Error" { strong { (text(&one["error"]["type"])) } " " (text(&one["error"]["message"])) }
                    td data-label="Log" { @if one["log_stream"].is_string() { code { (text(&one["log_stream"])) } br; small { "request " (text(&one["request_id"])) } } }
                } } }
            } }
        }
    }
}

/// Milliseconds from one time to another.
fn between(from: &Value, to: &Value) -> Option<i64> {
    let read = |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str()?).ok();
    Some((read(to)? - read(from)?).num_milliseconds())
}

/// Where it comes from, and what it overrides of its kind's policy.
fn origin(place: &Place, task: &Value, kind: &Value) -> Markup {
    let policy = &kind["policy"];
    let own = |name: &str, unit: &str| {
        let (chosen, usual) = (&task["options"][name], &policy[name]);
        html! { @if chosen.is_null() { (usual) (unit) } @else { strong { (chosen) (unit) } ", not its kind's " (usual) (unit) } }
    };
    let backoff = |name: &str| {
        let chosen = &task["options"]["backoff"][name];
        if chosen.is_null() { policy["backoff"][name].to_string() } else { chosen.to_string() }
    };
    html! {
        h2 { "Where it comes from" }
        (facts(&[
            ("Kind", html! { a href=(place.to(&format!("kinds/{}", text(&task["kind"])))) { (text(&task["kind"])) } }),
            ("Started by task", id_link(place, "tasks", &task["parent_id"])),
            ("In the group", id_link(place, "groups", &task["group"]["group_id"])),
            ("Handed over to", id_link(place, "groups", &task["progress"]["group_id"])),
            ("By the schedule", html! { @if task["schedule_id"].is_string() { a href=(place.to("schedules")) { (text(&task["schedule_id"])) } } @else { "–" } }),
            ("By the user", html! { @if task["user_id"].is_string() { code { (text(&task["user_id"])) } } @else { "–" } }),
            ("Started", time(&task["created_at"])),
            ("Expires", time(&task["expires_at"])),
            ("Retries", html! { (task["retries"].as_i64().unwrap_or(0)) " spent of " (own("max_retries", "")) }),
            ("Backoff", html! { "up to " (backoff("factor")) " s, doubling, at most " (backoff("cap")) " s" }),
            ("Time limit", own("time_limit", " s")),
            ("Priority", html! { (task["options"]["priority"].as_str().unwrap_or("normal")) }),
            ("Limit key", html! { @if let Some(key) = task["options"]["limit_key"].as_str() { a href=(place.to("limits")) { (key) } } @else { "–" } }),
            ("Trace", html! { code { (task["headers"]["traceparent"].as_str().and_then(|parent| parent.split('-').nth(1)).unwrap_or("–")) } }),
        ]))
        @if task["headers"].as_object().is_some_and(|headers| !headers.is_empty()) { details { summary { "Headers" } (json(&task["headers"])) } }
    }
}
