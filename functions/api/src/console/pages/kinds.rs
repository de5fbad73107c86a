use axum::Router;
use axum::extract::Path;
use axum::http::Method;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::act::{done, page, refused, said};
use super::operating::throughput;
use crate::console::Console;
use crate::console::form::Form;
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Place, Section, csrf, facts, field, json, rows, text};

/// Where the JSON routes list the kinds: all of them, of which there are never so many.
pub(super) const KINDS: &str = "/kinds?limit=200";

/// `/console/kinds`.
pub(super) fn router() -> Router<Console> {
    Router::new().route("/console/kinds", get(kinds)).route("/console/kinds/{kind}", get(kind).post(start))
}

/// GET `/console/kinds`: what can be started.
async fn kinds(by: SignedIn) -> Result<Response, Refusal> {
    let kinds = by.ask.body(KINDS).await?;
    let main = html! {
        h1 { "Kinds" }
        div.scroll tabindex="0" { table {
            thead { tr { th scope="col" { "Kind" } th scope="col" { "What it does" } th scope="col" { "Started" } th.number scope="col" { "Retries" } th.number scope="col" { "Time limit" } } }
            tbody { @for one in rows(&kinds) { tr {
                th scope="row" { a href=(by.place.to(&format!("kinds/{}", text(&one["name"])))) { (text(&one["name"])) } }
                td.wide data-label="What it does" { (text(&one["description"]).lines().next().unwrap_or_default()) }
                td data-label="Started" { @if one["startable"] == true { "by anybody" } @else { "by other tasks" } }
                td.number data-label="Retries" { (one["policy"]["max_retries"]) }
                td.number data-label="Time limit" { (one["policy"]["time_limit"]) " s" }
            } } }
        } }
    };
    Ok(page(&by, Section::Kinds, "Kinds", &main))
}

/// GET `/console/kinds/{kind}`: its contract, and a form that starts one.
async fn kind(by: SignedIn, Path(name): Path<String>) -> Result<Response, Refusal> {
    let kind = by.ask.find(&route(&name)).await?.ok_or_else(Refusal::not_found)?;
    let ended = throughput(&by, Some(&name)).await?;
    let main = html! {
        (said(&by))
        (contract(&by.place, &kind, &Form::default()))
        section #ended data-live { h2 { "Throughput" } (ended) }
    };
    Ok(page(&by, Section::Kinds, &name, &main))
}

fn route(name: &str) -> String {
    format!("/kinds/{}", percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC))
}

fn contract(place: &Place, kind: &Value, sent: &Form) -> Markup {
    let policy = &kind["policy"];
    html! {
        h1 { (text(&kind["name"])) }
        p.lead { (text(&kind["description"])) }
        (facts(&[
            ("Retries", html! { (policy["max_retries"]) }),
            ("Backoff", html! { "up to " (policy["backoff"]["factor"]) " s, doubling, at most " (policy["backoff"]["cap"]) " s" }),
            ("Time limit", html! { (policy["time_limit"]) " s" }),
            ("Kept", html! { (policy["retention"].as_i64().unwrap_or(0) / 86_400) " days after its end" }),
        ]))
        @if kind["startable"] == true {
            h2 { "Start one" }
            form.card method="post" action=[Option::<&str>::None] {
                (csrf(place))
                @for name in rows(&kind["argument_names"]) {
                    @let name = text(name);
                    (argument(name, &kind["arguments"]["properties"][name], sent))
                }
                (field("countdown", "Not before so many seconds", sent.text("countdown"), "Empty: at once."))
                button.primary type="submit" { "Start it" }
            }
        }
        details { summary { "Arguments as JSON Schema" } (json(&kind["arguments"])) }
        details { summary { "Output as JSON Schema" } (json(&kind["output"])) }
    }
}

/// A field for an argument. What is no text is given as JSON.
fn argument(name: &str, schema: &Value, sent: &Form) -> Markup {
    let what = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some(format)) => format!("{format}. "),
        (Some("string"), None) => String::new(),
        (Some(other), _) => format!("JSON, {other}. "),
        _ => "JSON. ".to_owned(),
    };
    field(
        &format!("arg.{name}"),
        name,
        sent.text(&format!("arg.{name}")),
        &format!("{what}{}", text(&schema["description"])),
    )
}

/// POST `/console/kinds/{kind}`: starts a task, and leads to it.
async fn start(Path(name): Path<String>, posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form } = posted;
    let kind = by.ask.find(&route(&name)).await?.ok_or_else(Refusal::not_found)?;
    let started = async {
        let mut args = Map::new();
        for argument in rows(&kind["argument_names"]) {
            let (argument, key) = (text(argument), format!("arg.{}", text(argument)));
            let given = match kind["arguments"]["properties"][argument]["type"].as_str() {
                Some("string") => form.given(&key).map(Value::from),
                _ => form.json(&key)?,
            };
            if let Some(value) = given {
                args.insert(argument.to_owned(), value);
            }
        }
        let mut body = Map::from_iter([("args".to_owned(), Value::Object(args))]);
        if let Some(countdown) = form.number("countdown") {
            body.insert("countdown".into(), countdown);
        }
        by.ask.send(Method::POST, &format!("/tasks/{name}"), Some(&body.into())).await
    };
    match started.await {
        Ok(answer) => Ok(done(&by, &format!("tasks/{}", text(&answer.body["task_id"])), "started")),
        Err(refusal) => Ok(refused(&by, Section::Kinds, &name, &refusal, &contract(&by.place, &kind, &form))),
    }
}
