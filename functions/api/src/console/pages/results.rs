use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use super::act::page;
use crate::console::Console;
use crate::console::diff::words;
use crate::console::id::Id;
use crate::console::refusal::Refusal;
use crate::console::session::SignedIn;
use crate::console::view::{Section, facts, id_link, json, long, status, text, time};

/// `/console/results`.
pub(super) fn router() -> Router<Console> {
    Router::new().route("/console/results/{id}", get(result))
}

/// GET `/console/results/{id}`: prompt, answer, expectation and every metric; with `?before=…`, the words that differ from another
/// result's answer.
async fn result(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let result = by.ask.body(&format!("/test_results/{id}")).await?;
    let before = match by.place.asked("before").parse::<Uuid>() {
        Ok(before) => by.ask.find(&format!("/test_results/{before}")).await?,
        Err(_) => None,
    };
    let answer = answer(&result["test_output"]);
    let title = format!("Test {}", result["position"]);
    let main = html! {
        h1 { (title) }
        p.state { (status(&result["status"])) " " span.wide { bdi { (text(&result["reason"])) } } }
        (facts(&[
            ("Run", id_link(&by.place, "runs", &result["test_run_id"])),
            ("Stored", time(&result["created_at"])),
        ]))
        h2 { "Prompt" } (long(&result["prompt"]))
        h2 { "Answer" }
        @match &before {
            Some(before) => {
                p.help { "Beside the earlier answer: " ins { "what is new" } ", " del { "what is gone" } "." }
                (words(self::answer(&before["test_output"]).as_str().unwrap_or_default(), answer.as_str().unwrap_or_default()))
            },
            None => { (long(&answer)) },
        }
        h2 { "Expected" } (long(&result["expected"]))
        h2 { "Metrics" } (metrics(&result["test_metrics"]["metrics"]))
        details { summary { "All that was stored of the call" } (json(&result["test_output"])) }
    };
    Ok(page(&by, Section::Runs, &title, &main))
}

/// What was answered, as a text.
fn answer(stored: &Value) -> Value {
    match &stored["output"] {
        Value::Null => Value::Null,
        Value::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string()),
    }
}

fn metrics(metrics: &Value) -> Markup {
    let of = |value: &Value, name: &str| match &value[name] {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    html! {
        @match metrics.as_object().filter(|metrics| !metrics.is_empty()) {
            None => { p { "No metric judged this." } },
            Some(metrics) => {
                div.scroll tabindex="0" { table {
                    thead { tr { th scope="col" { "Metric" } th scope="col" { "Passed" } th.number scope="col" { "Score" } th.number scope="col" { "Threshold" } th scope="col" { "Reason" } } }
                    tbody { @for (name, one) in metrics { tr {
                        th scope="row" { (name) }
                        td data-label="Passed" { @match one["is_successful"].as_bool() { Some(true) => { (status(&"Pass".into())) }, Some(false) => { (status(&"Fail".into())) }, None => { (status(&"Error".into())) } } }
                        td.number data-label="Score" { (of(one, "score")) }
                        td.number data-label="Threshold" { (of(one, "threshold")) }
                        td.wide data-label="Reason" { bdi { (of(one, "reason")) } }
                    } } }
                } }
            }
        }
    }
}
