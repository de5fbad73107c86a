use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use super::form::{form, stored};
use crate::console::id::Id;
use crate::console::pages::act::{page, said};
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Place, Section, ago, area, csrf, empty, pager, rows, text};

/// GET `/console/endpoints`: the endpoints, newest first, and a form that makes one.
pub(super) async fn list(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let found = by.ask.list(&format!("/endpoints?{}", place.for_route(&["cursor"]))).await?;
    let main = html! {
        h1 { "Endpoints" }
        (said(&by))
        @if rows(&found.body).is_empty() {
            (empty("There is no endpoint yet.", &html! { "Describe below how the AI system under test is called." }))
        } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Protocol" } th scope="col" { "Address" } th scope="col" { "Changed" } } }
                tbody { @for one in rows(&found.body) { tr {
                    th scope="row" { a href=(place.to(&format!("endpoints/{}", text(&one["id"])))) { (text(&one["name"])) } }
                    td data-label="Protocol" { (text(&one["protocol"])) }
                    td.wide data-label="Address" { (text(&one["url"])) (text(&one["endpoint_path"])) }
                    td data-label="Changed" { (ago(&one["updated_at"])) }
                } } }
            } }
            (pager(place, found.next.as_deref()))
        }
        h2 { "A new endpoint" }
        (form(place, &place.to("endpoints"), "Make it", &usual))
    };
    Ok(page(&by, Section::Endpoints, "Endpoints", &main))
}

/// What the form of a new endpoint says.
fn usual(name: &str) -> String {
    match name {
        "request_body_template" => "{\"input\": \"{{ input }}\"}".to_owned(),
        "response_mappings" => "{\"output\": \"$.output\"}".to_owned(),
        _ => String::new(),
    }
}

/// GET `/console/endpoints/{id}`: an endpoint, to be tried and changed.
pub(super) async fn show(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let endpoint = by.ask.body(&format!("/endpoints/{id}")).await?;
    let main = html! { (said(&by)) (shown(&by.place, id, &endpoint, "", &html! {})) };
    Ok(page(&by, Section::Endpoints, text(&endpoint["name"]), &main))
}

/// The page of an endpoint; `answer` is what came of a try with `input`.
pub(super) fn shown(place: &Place, id: Uuid, endpoint: &Value, input: &str, answer: &Markup) -> Markup {
    html! {
        h1 { (text(&endpoint["name"])) }
        h2 { "Try it" }
        form.card method="post" action=(place.to(&format!("endpoints/{id}/try"))) {
            (csrf(place))
            (area("input", "Prompt", input, "It is asked once; neither prompt nor answer is stored."))
            button.primary type="submit" { "Ask" }
        }
        (answer)
        h2 { "Change it" }
        (form(place, &place.to(&format!("endpoints/{id}")), "Save", &stored(endpoint)))
        form.inline method="post" action=(place.to(&format!("endpoints/{id}/delete"))) { (csrf(place)) button.danger type="submit" { "Delete…" } }
    }
}
