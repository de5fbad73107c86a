use axum::Router;
use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::console::Console;
use crate::console::pages::act::{done, page, refused, said};
use crate::console::pages::kinds::KINDS;
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Place, Section, ago, confirm, csrf, empty, field, pager, rows, text};

/// `/console/schedules`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/schedules", get(schedules).post(create))
        .route("/console/schedules/{id}/{act}", post(act))
}

/// GET `/console/schedules`: the schedules, their next ticks, and a form for another.
async fn schedules(by: SignedIn) -> Result<Response, Refusal> {
    let found = by.ask.get(&format!("/schedules?{}", by.place.for_route(&["cursor"]))).await?;
    let kinds = by.ask.body(KINDS).await?;
    let main = html! {
        h1 { "Schedules" }
        (said(&by))
        section #schedules data-live {
            (table(&by.place, &found.body))
            (pager(&by.place, found.next.as_deref()))
        }
        (form(&by.place, &kinds, &|_| String::new()))
    };
    Ok(page(&by, Section::Schedules, "Schedules", &main))
}

fn table(place: &Place, schedules: &Value) -> Markup {
    if rows(schedules).is_empty() {
        return empty(
            "There is no schedule yet.",
            &html! { "Make one below: it starts a task by the clock or at an interval." },
        );
    }
    let button = |one: &Value, act: &str, name: &str, class: &str| {
        html! {
            form.inline method="post" action=(place.to(&format!("schedules/{}/{act}", text(&one["schedule_id"])))) {
                (csrf(place)) button class=(class) type="submit" { (name) }
            }
        }
    };
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Kind" } th scope="col" { "When" } th scope="col" { "Next ticks" } th scope="col" { "Last" } th scope="col" { "Missed ticks" } th scope="col" { span.hidden { "Acts" } } } }
            tbody { @for one in rows(schedules) { tr {
                th scope="row" { (text(&one["name"])) @if one["problem"].is_string() { p.notice.bad { (text(&one["problem"])) } } }
                td data-label="Kind" { (text(&one["kind"])) }
                td data-label="When" { (when(one)) }
                td data-label="Next ticks" { @if one["paused_at"].is_string() { "paused " (ago(&one["paused_at"])) } @else {
                    ul.plain { @for tick in rows(&one["next_ticks"]) { li { (ago(tick)) } } }
                } }
                td data-label="Last" { (ago(&one["last_at"])) }
                td data-label="Missed ticks" { (text(&one["catch_up"])) }
                td.acts {
                    @if one["paused_at"].is_null() { (button(one, "pause", "Pause", "")) } @else { (button(one, "resume", "Resume", "")) }
                    (button(one, "delete", "Delete…", "danger"))
                }
            } } }
        } }
    }
}

fn when(one: &Value) -> Markup {
    html! {
        @if let Some(cron) = one["cron"].as_str() { code { (cron) } " " (text(&one["time_zone"])) }
        @else { "every " (one["every"]) " s" }
    }
}

fn form(place: &Place, kinds: &Value, value: &dyn Fn(&str) -> String) -> Markup {
    html! {
        h2 { "A new schedule" }
        form.card method="post" action=(place.to("schedules")) {
            (csrf(place))
            (field("name", "Name", &value("name"), ""))
            div.field { label for="kind" { "Kind" } select #kind name="kind" {
                @for kind in rows(kinds).iter().filter(|kind| kind["startable"] == true) {
                    @let name = text(&kind["name"]);
                    option value=(name) selected[value("kind") == name] { (name) }
                }
            } }
            (field("args", "Arguments", &value("args"), "A JSON object; empty for none."))
            (field("cron", "Cron pattern", &value("cron"), "Five fields, as 30 6 * * mon-fri. Or leave it empty and give an interval."))
            (field("time_zone", "Time zone", &value("time_zone"), "As Europe/Berlin; UTC if it is empty."))
            (field("every", "Or every so many seconds", &value("every"), "At least 10."))
            button.primary type="submit" { "Make it" }
        }
    }
}

/// POST `/console/schedules`.
async fn create(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form: sent } = posted;
    let mut body = sent.texts(&["name", "kind", "cron", "time_zone"]);
    let made = async {
        if let Some(every) = sent.number("every") {
            body.insert("every".into(), every);
        }
        if let Some(args) = sent.json("args")? {
            body.insert("args".into(), args);
        }
        by.ask.send(Method::POST, "/schedules", Some(&body.into())).await
    };
    match made.await {
        Ok(_) => Ok(done(&by, "schedules", "saved")),
        Err(refusal) => {
            let kinds = by.ask.body(KINDS).await?;
            let again =
                html! { h1 { "Schedules" } (form(&by.place, &kinds, &|name| sent.text(name).to_owned())) };
            Ok(refused(&by, Section::Schedules, "Schedules", &refusal, &again))
        }
    }
}

/// POST `/console/schedules/{id}/{act}`: pause, resume, or delete.
async fn act(Path((id, act)): Path<(String, String)>, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let id: Uuid = id.parse().map_err(|_| Refusal::not_found())?;
    let said = match act.as_str() {
        "pause" => "paused",
        "resume" => "resumed",
        "delete" if !form.ticked("confirmed") => {
            let main = confirm(
                &by.place,
                "Delete this schedule? The tasks that it started stay.",
                "Delete",
                &by.place.to("schedules"),
                &[],
            );
            return Ok(page(&by, Section::Schedules, "Delete a schedule", &main));
        }
        "delete" => {
            by.ask.send(Method::DELETE, &format!("/schedules/{id}"), None).await?;
            return Ok(done(&by, "schedules", "deleted"));
        }
        _ => return Err(Refusal::not_found()),
    };
    by.ask.send(Method::POST, &format!("/schedules/{id}/{act}"), Some(&json!({}))).await?;
    Ok(done(&by, "schedules", said))
}
