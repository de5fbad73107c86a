//! Batch operations: what somebody does to all tasks that match, its progress, and its stop.

use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use crate::console::Console;
use crate::console::form::Form;
use crate::console::id::Id;
use crate::console::pages::act::{done, page, said};
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{
    Place, Section, ago, csrf, empty, facts, field, pager, progress, rows, text, time,
};

/// `/console/batches`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/batches", get(list).post(begin))
        .route("/console/batches/{id}", get(show))
        .route("/console/batches/{id}/stop", post(stop))
}

/// What tasks are chosen by, as the JSON route names it.
const FILTER: [&str; 7] =
    ["kind", "status", "fingerprint", "parent_id", "group_id", "created_after", "created_before"];

/// GET `/console/batches`: who did what to how many.
async fn list(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let found = by.ask.get(&format!("/batch_operations?{}", place.for_route(&["cursor"]))).await?;
    let me = by.ask.body("/me").await?;
    let main = html! {
        h1 { "Batch operations" }
        (said(&by))
        section #batches data-live {
            @if rows(&found.body).is_empty() {
                (empty("Nobody has done anything to many tasks at once.", &html! {
                    "Narrow " a href=(place.to("tasks")) { "the tasks" } ", then revoke or begin anew all that match."
                }))
            } @else { (table(place, &found.body, &me)) }
            (pager(place, found.next.as_deref()))
        }
    };
    Ok(page(&by, Section::Batches, "Batch operations", &main))
}

fn table(place: &Place, operations: &Value, me: &Value) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "What" } th scope="col" { "Of which tasks" } th.number scope="col" { "Done" } th.number scope="col" { "Of" } th scope="col" { "State" } th scope="col" { "Who" } th scope="col" { "Begun" } } }
            tbody { @for one in rows(operations) { tr {
                th scope="row" { a href=(place.to(&format!("batches/{}", text(&one["id"])))) { (verb(one)) } }
                td.wide data-label="Of which tasks" { (chosen(&one["filter"])) }
                td.number data-label="Done" { (one["done"]) } td.number data-label="Of" { (one["matched"]) }
                td data-label="State" { (state(one)) } td data-label="Who" { (who(&one["user_id"], me)) } td data-label="Begun" { (ago(&one["created_at"])) }
            } } }
        } }
    }
}

/// GET `/console/batches/{id}`: how far it is, and its stop.
async fn show(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let one = by.ask.body(&format!("/batch_operations/{id}")).await?;
    let me = by.ask.body("/me").await?;
    let place = &by.place;
    let through = one["done"].as_i64().unwrap_or(0) + one["skipped"].as_i64().unwrap_or(0);
    let main = html! {
        h1 { (verb(&one)) " all that match" }
        (said(&by))
        section #batch data-live {
            p.state { (state(&one)) }
            (progress(through, one["matched"].as_i64().unwrap_or(0).max(through)))
            (facts(&[
                ("Tasks", chosen(&one["filter"])),
                ("Matched when it began", html! { (one["matched"]) }),
                ("Done", html! { (one["done"]) }),
                ("Left as they were", html! { (one["skipped"]) }),
                ("Tasks a second", html! { @if one["rate"].is_null() { "as fast as it can" } @else { (one["rate"]) } }),
                ("Who", who(&one["user_id"], &me)),
                ("Begun", time(&one["created_at"])),
                ("Through", time(&one["finished_at"])),
                ("Stopped by", who(&one["stopped_by"], &me)),
            ]))
            @if one["finished_at"].is_null() {
                form.inline method="post" action=(place.to(&format!("batches/{id}/stop"))) {
                    (csrf(place)) button.danger type="submit" { "Stop it" }
                }
            }
        }
        p { a href=(place.to("batches")) { "All batch operations" } }
    };
    Ok(page(&by, Section::Batches, "Batch operation", &main))
}

/// POST `/console/batches`: tells how many tasks match, and begins once that was confirmed, at the rate that was asked for.
async fn begin(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let confirmed = form.ticked("confirmed");
    let mut asked: Map<String, Value> = form.texts(&FILTER);
    asked.insert("operation".into(), json!(form.text("operation")));
    asked.insert("dry_run".into(), json!(!confirmed));
    if let Some(rate) = form.number("rate") {
        asked.insert("rate".into(), rate);
    }
    let told = by.ask.send(Method::POST, "/batch_operations", Some(&asked.into())).await?.body;
    if confirmed {
        return Ok(done(&by, &format!("batches/{}", text(&told["id"])), "begun"));
    }
    Ok(page(&by, Section::Batches, "All that match", &question(&by.place, &form, &told)))
}

fn question(place: &Place, form: &Form, told: &Value) -> Markup {
    let verb = verb(&json!({ "operation": form.text("operation") }));
    let many = told["matched"].as_i64().unwrap_or(0);
    html! {
        h1 { (verb) " " (if many > 1_000_000 { "more than 1000000".to_owned() } else { many.to_string() }) " tasks?" }
        p { (chosen(&Value::Object(form.texts(&FILTER)))) }
        @if many == 0 { p { "None match: there is nothing to do." } }
        form.card method="post" action=(place.to("batches")) {
            (csrf(place))
            input type="hidden" name="confirmed" value="yes";
            input type="hidden" name="operation" value=(form.text("operation"));
            @for name in FILTER { @if !form.text(name).is_empty() { input type="hidden" name=(name) value=(form.text(name)); } }
            (field("rate", "At most so many a second", "", "0.01 to 1000; empty: as fast as it can. What they all call is not overrun."))
            div.actions {
                button.danger type="submit" disabled[many == 0] { (verb) }
                a.button href=(place.to("tasks")) { "Leave it" }
            }
        }
        p.help { "Tasks that are started or fail from now on are left out. It goes on if you leave the page, can be stopped, and says who began it." }
    }
}

/// POST `/console/batches/{id}/stop`.
async fn stop(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, .. } = posted;
    by.ask.send(Method::DELETE, &format!("/batch_operations/{id}"), None).await?;
    Ok(done(&by, &format!("batches/{id}"), "stopped"))
}

/// Buttons that do something to all tasks that the page's filter matches; nothing without a filter.
pub(in crate::console::pages) fn buttons(place: &Place) -> Markup {
    let fields: Vec<_> =
        FILTER.iter().map(|name| (*name, place.asked(name))).filter(|(_, value)| !value.is_empty()).collect();
    let ended = ["FAILURE", "REVOKED"].contains(&place.asked("status").as_str());
    let open = ["PENDING", "STARTED", "RETRY"].contains(&place.asked("status").as_str());
    let any = place.asked("status").is_empty();
    html! {
        form.inline method="post" action=(place.to("batches")) {
            @if !fields.is_empty() && (ended || open || any) {
                (csrf(place))
                @for (name, value) in &fields { input type="hidden" name=(name) value=(value); }
                @if !ended && place.asked("fingerprint").is_empty() { button type="submit" name="operation" value="revoke" { "Revoke all that match…" } }
                @if !open { button type="submit" name="operation" value="retry" { "Begin all that match anew…" } }
            }
            a.button href=(place.to("batches")) { "Batch operations" }
        }
    }
}

fn verb(operation: &Value) -> &'static str {
    if operation["operation"] == "retry" { "Begin anew" } else { "Revoke" }
}

fn state(one: &Value) -> &'static str {
    match (one["stopped_at"].is_null(), one["finished_at"].is_null()) {
        (false, _) => "stopped",
        (true, false) => "through",
        (true, true) => "goes on",
    }
}

fn who(user: &Value, me: &Value) -> Markup {
    match user.as_str() {
        None => html! { span.none { "–" } },
        Some(_) if *user == me["user_id"] => html! { "you" },
        Some(id) => html! { code { (id) } },
    }
}

/// A filter, as words.
fn chosen(filter: &Value) -> Markup {
    html! {
        @for name in FILTER { @if let Some(value) = filter[name].as_str() {
            span.filter { (name) " " code { (value) } } " "
        } }
    }
}
