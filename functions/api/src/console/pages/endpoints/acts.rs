use axum::http::Method;
use axum::response::Response;
use maud::html;
use serde_json::json;

use super::form::{body, form};
use super::list::shown;
use crate::console::id::Id;
use crate::console::pages::act::{done, page, refused};
use crate::console::refusal::Refusal;
use crate::console::session::Posted;
use crate::console::view::{Section, confirm, duration, json as shown_json, long, text};

/// POST `/console/endpoints`: makes an endpoint.
pub(super) async fn create(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form: sent } = posted;
    let made = async { by.ask.send(Method::POST, "/endpoints", Some(&body(&sent)?)).await };
    match made.await {
        Ok(made) => Ok(done(&by, &format!("endpoints/{}", text(&made.body["id"])), "saved")),
        Err(refusal) => {
            let again =
                form(&by.place, &by.place.to("endpoints"), "Make it", &|name| sent.text(name).to_owned());
            Ok(refused(&by, Section::Endpoints, "Endpoints", &refusal, &html! { h1 { "Endpoints" } (again) }))
        }
    }
}

/// POST `/console/endpoints/{id}`: replaces an endpoint.
pub(super) async fn replace(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form: sent } = posted;
    let path = format!("/endpoints/{id}");
    let saved = async { by.ask.send(Method::PUT, &path, Some(&body(&sent)?)).await };
    match saved.await {
        Ok(_) => Ok(done(&by, &format!("endpoints/{id}"), "saved")),
        Err(refusal) => {
            let here = by.place.to(&format!("endpoints/{id}"));
            let again = form(&by.place, &here, "Save", &|name| sent.text(name).to_owned());
            Ok(refused(
                &by,
                Section::Endpoints,
                sent.text("name"),
                &refusal,
                &html! { h1 { (sent.text("name")) } (again) },
            ))
        }
    }
}

/// POST `/console/endpoints/{id}/try`: asks an endpoint once.
pub(super) async fn try_out(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let endpoint = by.ask.body(&format!("/endpoints/{id}")).await?;
    let input = form.text("input");
    let asked =
        by.ask.send(Method::POST, &format!("/endpoints/{id}/invoke"), Some(&json!({ "input": input }))).await;
    let answer = match asked {
        Ok(answer) => html! {
            section.notice.good role="status" {
                h2 { "It answered in " (duration(answer.body["duration_ms"].as_i64())) }
                (long(&answer.body["output"]))
                details { summary { "The whole answer" } (shown_json(&answer.body["answer"])) }
            }
        },
        Err(refusal) => refusal.notice(),
    };
    Ok(page(
        &by,
        Section::Endpoints,
        text(&endpoint["name"]),
        &shown(&by.place, id, &endpoint, input, &answer),
    ))
}

/// POST `/console/endpoints/{id}/delete`.
pub(super) async fn delete(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    if !form.ticked("confirmed") {
        let question = "Delete this endpoint and its secrets? What a run has not asked yet becomes an error.";
        let main = confirm(&by.place, question, "Delete", &by.place.to(&format!("endpoints/{id}")), &[]);
        return Ok(page(&by, Section::Endpoints, "Delete an endpoint", &main));
    }
    by.ask.send(Method::DELETE, &format!("/endpoints/{id}"), None).await?;
    Ok(done(&by, "endpoints", "deleted"))
}
