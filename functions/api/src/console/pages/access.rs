//! Tokens and webhooks: who comes in, and who is told.

use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::act::{delete, done, page, refused, said};
use crate::console::Console;
use crate::console::id::Id;
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Place, Section, ago, csrf, empty, field, last_used, rows, text, time};

/// `/console/tokens`, `/console/webhooks`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/tokens", get(tokens).post(create_token))
        .route("/console/tokens/{id}/delete", post(revoke_token))
        .route("/console/webhooks", get(webhooks).post(create_webhook))
        .route("/console/webhooks/{id}/test", post(test_webhook))
        .route("/console/webhooks/{id}/delete", post(delete_webhook))
}

/// GET `/console/tokens`.
async fn tokens(by: SignedIn) -> Result<Response, Refusal> {
    let tokens = by.ask.list("/tokens?limit=200").await?.body;
    let main =
        html! { h1 { "Tokens" } (said(&by)) (token_table(&by.place, &tokens)) (token_form(&by.place)) };
    Ok(page(&by, Section::Tokens, "Tokens", &main))
}

fn token_table(place: &Place, tokens: &Value) -> Markup {
    html! {
        p { "Your own API tokens. Whoever has one acts as you." }
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Token" } th scope="col" { "Expires" } th scope="col" { "Last used" } th scope="col" { "Made" } th scope="col" { span.hidden { "Acts" } } } }
            tbody { @for one in rows(tokens) { tr {
                th scope="row" { (text(&one["name"])) }
                td data-label="Token" { code { (text(&one["token_obfuscated"])) } }
                td data-label="Expires" { @if one["expires_at"].is_null() { "never" } @else { (time(&one["expires_at"])) } }
                td data-label="Last used" { (last_used(&one["last_used_at"])) }
                td data-label="Made" { (ago(&one["created_at"])) }
                td.acts { form.inline method="post" action=(place.to(&format!("tokens/{}/delete", text(&one["id"])))) { (csrf(place)) button.danger type="submit" { "Revoke…" } } }
            } } }
        } }
    }
}

fn token_form(place: &Place) -> Markup {
    html! {
        h2 { "A new token" }
        form.card method="post" action=(place.to("tokens")) {
            (csrf(place))
            (field("name", "Name", "", "What it is for."))
            (field("expires_in_days", "Expires in so many days", "90", "1 to 3650; empty: never."))
            button.primary type="submit" { "Make it" }
        }
    }
}

/// POST `/console/tokens`: the only page that shows the token.
async fn create_token(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let mut body = form.texts(&["name"]);
    if let Some(days) = form.number("expires_in_days") {
        body.insert("expires_in_days".into(), days);
    }
    match by.ask.send(Method::POST, "/tokens", Some(&body.into())).await {
        Ok(made) => Ok(page(
            &by,
            Section::Tokens,
            "A new token",
            &once(&by.place, "token", text(&made.body["access_token"]), "tokens"),
        )),
        Err(refusal) => {
            let again = html! { h1 { "Tokens" } (token_form(&by.place)) };
            Ok(refused(&by, Section::Tokens, "Tokens", &refusal, &again))
        }
    }
}

/// A secret that is shown this once.
fn once(place: &Place, what: &str, secret: &str, back: &str) -> Markup {
    html! {
        h1 { "Your new " (what) }
        p.notice.good role="status" { "Copy it now: it is shown this once." }
        pre.json tabindex="0" data-copy { (secret) }
        p { a.button href=(place.to(back)) { "I have it" } }
    }
}

/// POST `/console/tokens/{id}/delete`.
async fn revoke_token(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let question = "Revoke this token? It opens nothing from then on, and sessions of the console that it opened are over.";
    delete(posted, Section::Tokens, "tokens", id, question).await
}

/// GET `/console/webhooks`.
async fn webhooks(by: SignedIn) -> Result<Response, Refusal> {
    let webhooks = by.ask.list("/webhooks").await?.body;
    let deliveries = by.ask.body("/tasks?kind=deliver_webhook&limit=20").await?;
    let place = &by.place;
    let main = html! {
        h1 { "Webhooks" }
        (said(&by))
        @if rows(&webhooks).is_empty() { (empty("Nobody is told of anything.", &html! { "Name an address below." })) }
        @else { (webhook_table(place, &webhooks)) }
        (webhook_form(place, ""))
        @if !rows(&deliveries).is_empty() { h2 { "Latest deliveries" } (super::tasks::table(place, &deliveries, false)) }
    };
    Ok(page(&by, Section::Webhooks, "Webhooks", &main))
}

fn webhook_table(place: &Place, webhooks: &Value) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Address" } th scope="col" { "Events" } th scope="col" { "Active" } th scope="col" { "Last answer" } th scope="col" { "Last call" } th scope="col" { span.hidden { "Acts" } } } }
            tbody { @for one in rows(webhooks) { tr {
                th.wide scope="row" { (text(&one["url"])) }
                td data-label="Events" { @for event in rows(&one["events"]) { code { (text(event)) } " " } }
                td data-label="Active" { @if one["is_active"] == true { "yes" } @else { "no" } }
                td.wide data-label="Last answer" { @if one["last_status"].is_number() { (one["last_status"]) " " } (text(&one["last_error"])) }
                td data-label="Last call" { (ago(&one["last_attempt_at"])) }
                td.acts {
                    form.inline method="post" action=(place.to(&format!("webhooks/{}/test", text(&one["id"])))) { (csrf(place)) button type="submit" { "Send a test" } }
                    form.inline method="post" action=(place.to(&format!("webhooks/{}/delete", text(&one["id"])))) { (csrf(place)) button.danger type="submit" { "Delete…" } }
                }
            } } }
        } }
    }
}

fn webhook_form(place: &Place, url: &str) -> Markup {
    html! {
        h2 { "A new webhook" }
        form.card method="post" action=(place.to("webhooks")) {
            (csrf(place))
            (field("url", "Address", url, "Public and https."))
            fieldset { legend { "Events" }
                @for event in ["test_run.ended", "task.failed"] {
                    label.check { input type="checkbox" name="event" value=(event) checked; " " code { (event) } }
                }
            }
            button.primary type="submit" { "Make it" }
        }
    }
}

/// POST `/console/webhooks`: the only page that shows the secret.
async fn create_webhook(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let events: Vec<&str> = form.all("event").collect();
    let body = json!({ "url": form.text("url"), "events": events });
    match by.ask.send(Method::POST, "/webhooks", Some(&body)).await {
        Ok(made) => Ok(page(
            &by,
            Section::Webhooks,
            "A new webhook",
            &once(&by.place, "webhook's secret", text(&made.body["secret"]), "webhooks"),
        )),
        Err(refusal) => {
            let again = html! { h1 { "Webhooks" } (webhook_form(&by.place, form.text("url"))) };
            Ok(refused(&by, Section::Webhooks, "Webhooks", &refusal, &again))
        }
    }
}

/// POST `/console/webhooks/{id}/test`.
async fn test_webhook(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, .. } = posted;
    by.ask.send(Method::POST, &format!("/webhooks/{id}/test"), Some(&json!({}))).await?;
    Ok(done(&by, "webhooks", "sent"))
}

/// POST `/console/webhooks/{id}/delete`.
async fn delete_webhook(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    delete(
        posted,
        Section::Webhooks,
        "webhooks",
        id,
        "Delete this webhook? What is on its way to it ends without a call.",
    )
    .await
}
