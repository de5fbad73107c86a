use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use maud::html;

use super::act::{done, page, said};
use super::tasks::table;
use crate::console::Console;
use crate::console::id::Id;
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Section, confirm, csrf, facts, id_link, pager, progress, rows, text, time};

/// `/console/groups`.
pub(super) fn router() -> Router<Console> {
    Router::new().route("/console/groups/{id}", get(group)).route("/console/groups/{id}/cancel", post(cancel))
}

/// GET `/console/groups/{id}`: how far a group is, and its members.
async fn group(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let group = by.ask.body(&format!("/groups/{id}")).await?;
    let query = by.place.for_route(&["status", "cursor"]);
    let members = by.ask.get(&format!("/tasks?group_id={id}&{query}")).await?;
    let (total, ended) = (group["total"].as_i64().unwrap_or(0), group["done"].as_i64().unwrap_or(0));
    let place = &by.place;
    let chain = group["chain"].as_bool() == Some(true);
    let main = html! {
        h1 { @if chain { "Chain " } @else { "Group " } code { (id) } }
        (said(&by))
        section #progress data-live {
            (progress(ended, total))
            (facts(&[
                ("Ended", html! { (ended) " of " (total) " members" }),
                ("Did not succeed", html! { (group["unsuccessful"]) }),
                ("Window", html! { (group["window"]) " at a time" }),
                ("Callback", html! { (id_link(place, "tasks", &group["callback_id"])) " (" (text(&group["policy"])) ")" }),
                ("Of the task", id_link(place, "tasks", &group["parent_id"])),
                ("Made", time(&group["created_at"])),
                ("Cancelled", time(&group["cancelled_at"])),
                ("Ended at", time(&group["finished_at"])),
            ]))
        }
        @if group["finished_at"].is_null() && group["cancelled_at"].is_null() {
            form.inline method="post" action=(place.to(&format!("groups/{id}/cancel"))) {
                (csrf(place)) button.danger type="submit" { "Cancel…" }
            }
        }
        h2 { "Members" }
        nav.tabs aria-label="Members by state" {
            @for (label, status) in [("All", ""), ("Waiting", "PENDING"), ("Running", "STARTED"), ("Failed", "FAILURE"), ("Succeeded", "SUCCESS")] {
                a href=(place.with("status", status)) aria-current=[(place.asked("status") == status).then_some("true")] { (label) }
            }
        }
        section #members data-live {
            @if rows(&members.body).is_empty() { p { "None on this page." } } @else { (table(place, &members.body, false)) }
            (pager(place, place.onward(members.next.as_deref()).as_deref()))
        }
    };
    Ok(page(&by, Section::Tasks, "Group", &main))
}

/// POST `/console/groups/{id}/cancel`.
async fn cancel(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    if !form.ticked("confirmed") {
        let group = by.ask.body(&format!("/groups/{id}")).await?;
        let left = group["total"].as_i64().unwrap_or(0) - group["done"].as_i64().unwrap_or(0);
        let question = format!("Cancel this group, of which {left} members have not ended?");
        let main =
            confirm(&by.place, &question, "Cancel the group", &by.place.to(&format!("groups/{id}")), &[]);
        return Ok(page(&by, Section::Tasks, "Cancel a group", &main));
    }
    by.ask.send(Method::DELETE, &format!("/groups/{id}"), None).await?;
    Ok(done(&by, &format!("groups/{id}"), "cancelled"))
}
