use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use uuid::Uuid;

use crate::console::refusal::{Refusal, see_other};
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Section, confirm, layout};

/// A page, as an answer.
pub(super) fn page(by: &SignedIn, section: Section, title: &str, main: &Markup) -> Response {
    layout(&by.place, section, title, main).into_response()
}

/// A page that shows again what was sent, and says what is wrong with it.
pub(super) fn refused(
    by: &SignedIn,
    section: Section,
    title: &str,
    refusal: &Refusal,
    form: &Markup,
) -> Response {
    let main = html! { (refusal.notice()) (form) };
    let status = if refusal.status.is_success() { StatusCode::OK } else { refusal.status };
    (status, layout(&by.place, section, title, &main)).into_response()
}

/// Leads to the page of what was done, which says so.
pub(super) fn done(by: &SignedIn, page: &str, said: &str) -> Response {
    let (path, query) =
        page.split_once('?').map_or((page, String::new()), |(path, query)| (path, format!("{query}&")));
    see_other(&format!("{}?{query}said={said}", by.place.to(path)))
}

/// Deletes something, once that was confirmed; leads back to the list that it was in.
pub(super) async fn delete(
    posted: Posted,
    section: Section,
    list: &str,
    id: Uuid,
    question: &str,
) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    if !form.ticked("confirmed") {
        let main = confirm(&by.place, question, "Delete", &by.place.to(list), &[]);
        return Ok(page(&by, section, "Delete", &main));
    }
    by.ask.send(Method::DELETE, &format!("/{list}/{id}"), None).await?;
    Ok(done(&by, list, "deleted"))
}

/// What a page says of what was just done.
pub(super) fn said(by: &SignedIn) -> Markup {
    let sentence = match by.place.asked("said").as_str() {
        "started" => "It was started.",
        "revoked" => "It was revoked. What had not been stored is undone; it can be begun anew.",
        "retried" => "It begins anew.",
        "cancelled" => "It was cancelled: what runs is stopped within seconds.",
        "begun" => "It has begun, and goes on if you leave this page.",
        "stopped" => "It was stopped: what is done stays done.",
        "saved" => "It was saved.",
        "deleted" => "It was deleted.",
        "paused" => "It is paused: no tick starts a task until it is resumed.",
        "resumed" => "It goes on with its next tick.",
        "sent" => "A test event is on its way.",
        _ => return html! {},
    };
    html! { p.notice.good role="status" { (sentence) } }
}
