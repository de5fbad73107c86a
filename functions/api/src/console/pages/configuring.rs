//! Metrics and models: what judges answers.

use axum::Router;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::act::{delete, done, page, refused, said};
use crate::console::Console;
use crate::console::form::Form;
use crate::console::id::Id;
use crate::console::refusal::Refusal;
use crate::console::session::{Posted, SignedIn};
use crate::console::view::{Place, Section, ago, area, choice, csrf, empty, field, json, pager, rows, text};

/// `/console/metrics`, `/console/models`.
pub(super) fn router() -> Router<Console> {
    Router::new()
        .route("/console/metrics", get(metrics).post(create_metric))
        .route("/console/metrics/{id}", get(metric).post(replace_metric))
        .route("/console/metrics/{id}/delete", post(delete_metric))
        .route("/console/models", get(models).post(create_model))
        .route("/console/models/{id}/delete", post(delete_model))
}

const CLASSES: [(&str, &str); 7] = [
    ("exact", "exact: the answer is the text"),
    ("contains", "contains: the text is in the answer"),
    ("regex", "regex: a pattern matches in it"),
    ("json_schema", "json_schema: it is JSON of a schema"),
    ("similarity", "similarity: few characters differ"),
    ("NumericJudge", "NumericJudge: a model gives a number"),
    ("CategoricalJudge", "CategoricalJudge: a model chooses a category"),
];

/// GET `/console/metrics`.
async fn metrics(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let found = by.ask.list(&format!("/metrics?{}", place.for_route(&["cursor"]))).await?;
    let models = by.ask.list("/models?limit=200").await?.body;
    let main = html! {
        h1 { "Metrics" }
        (said(&by))
        @if rows(&found.body).is_empty() {
            (empty("There is no metric yet.", &html! { "A metric says whether an answer is good. Make one below." }))
        } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Class" } th.number scope="col" { "Threshold" } th scope="col" { "Made" } } }
                tbody { @for one in rows(&found.body) { tr {
                    th scope="row" { a href=(place.to(&format!("metrics/{}", text(&one["id"])))) { (text(&one["name"])) } }
                    td data-label="Class" { (text(&one["class_name"])) }
                    td.number data-label="Threshold" { @if one["threshold"].is_null() { "–" } @else { (text(&one["threshold_operator"])) " " (one["threshold"]) } }
                    td data-label="Made" { (ago(&one["created_at"])) }
                } } }
            } }
            (pager(place, found.next.as_deref()))
        }
        h2 { "A new metric" }
        (metric_form(place, &place.to("metrics"), "Make it", &models, &|_| String::new()))
    };
    Ok(page(&by, Section::Metrics, "Metrics", &main))
}

fn metric_form(
    place: &Place,
    action: &str,
    button: &str,
    models: &Value,
    shown: &dyn Fn(&str) -> String,
) -> Markup {
    let mut choices = vec![("", "that of the configuration")];
    choices.extend(rows(models).iter().map(|model| (text(&model["id"]), text(&model["name"]))));
    html! {
        form.card method="post" action=(action) {
            (csrf(place))
            (field("name", "Name", &shown("name"), ""))
            (choice("class_name", "What it looks at", &shown("class_name"), &CLASSES))
            (field("threshold", "Threshold", &shown("threshold"), "Where the score is a number."))
            (area("parameters", "Parameters", &shown("parameters"), "JSON, as {\"text\": \"…\"}, {\"pattern\": \"…\"} or {\"schema\": {…}}. Without a text the expected answer is taken."))
            (area("evaluation_prompt", "What the model is to look at", &shown("evaluation_prompt"), "For judges."))
            (choice("model_id", "Model", &shown("model_id"), &choices))
            (area("more", "More fields", &shown("more"), "JSON, as {\"min_score\": 0, \"max_score\": 10} or {\"categories\": […], \"passing_categories\": […]}."))
            button.primary type="submit" { (button) }
        }
    }
}

fn metric_body(form: &Form) -> Result<Value, Refusal> {
    let mut body: Map<String, Value> = form.texts(&["name", "class_name", "evaluation_prompt", "model_id"]);
    if let Some(threshold) = form.number("threshold") {
        body.insert("threshold".into(), threshold);
    }
    if let Some(parameters) = form.json("parameters")? {
        body.insert("parameters".into(), parameters);
    }
    if let Some(Value::Object(more)) = form.json("more")? {
        body.extend(more);
    }
    Ok(body.into())
}

/// POST `/console/metrics`.
async fn create_metric(posted: Posted) -> Result<Response, Refusal> {
    save_metric(posted, Method::POST, "/metrics".into(), "metrics".into()).await
}

/// POST `/console/metrics/{id}`.
async fn replace_metric(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    save_metric(posted, Method::PUT, format!("/metrics/{id}"), format!("metrics/{id}")).await
}

async fn save_metric(
    posted: Posted,
    method: Method,
    route: String,
    here: String,
) -> Result<Response, Refusal> {
    let Posted { by, form: sent } = posted;
    let saved = async { by.ask.send(method, &route, Some(&metric_body(&sent)?)).await };
    match saved.await {
        Ok(saved) => Ok(done(&by, &format!("metrics/{}", text(&saved.body["id"])), "saved")),
        Err(refusal) => {
            let models = by.ask.list("/models?limit=200").await?.body;
            let again = metric_form(&by.place, &by.place.to(&here), "Save", &models, &|name| {
                sent.text(name).to_owned()
            });
            Ok(refused(&by, Section::Metrics, "Metrics", &refusal, &html! { h1 { "Metrics" } (again) }))
        }
    }
}

/// What a stored metric has beside the fields of the form, as long as it may be said again.
fn more(metric: &Value) -> String {
    const NOT: [&str; 9] = [
        "id",
        "name",
        "class_name",
        "threshold",
        "parameters",
        "evaluation_prompt",
        "model_id",
        "created_at",
        "updated_at",
    ];
    let fields = metric.as_object().into_iter().flatten();
    let more: Map<String, Value> = fields
        .filter(|(name, value)| !NOT.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    serde_json::to_string_pretty(&more).unwrap_or_default()
}

/// GET `/console/metrics/{id}`.
async fn metric(by: SignedIn, Id(id): Id) -> Result<Response, Refusal> {
    let metric = by.ask.body(&format!("/metrics/{id}")).await?;
    let models = by.ask.list("/models?limit=200").await?.body;
    let place = &by.place;
    let shown = |name: &str| match &metric[name] {
        _ if name == "more" => more(&metric),
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    };
    let main = html! {
        h1 { (text(&metric["name"])) }
        (said(&by))
        (metric_form(place, &place.to(&format!("metrics/{id}")), "Save", &models, &shown))
        form.inline method="post" action=(place.to(&format!("metrics/{id}/delete"))) { (csrf(place)) button.danger type="submit" { "Delete…" } }
        details { summary { "All of it as JSON" } (json(&metric)) }
    };
    Ok(page(&by, Section::Metrics, text(&metric["name"]), &main))
}

/// POST `/console/metrics/{id}/delete`.
async fn delete_metric(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    delete(
        posted,
        Section::Metrics,
        "metrics",
        id,
        "Delete this metric? It judges nothing from then on; stored results keep what it said.",
    )
    .await
}

/// GET `/console/models`.
async fn models(by: SignedIn) -> Result<Response, Refusal> {
    let place = &by.place;
    let found = by.ask.list(&format!("/models?{}", place.for_route(&["cursor"]))).await?;
    let main = html! {
        h1 { "Models" }
        (said(&by))
        @if rows(&found.body).is_empty() {
            (empty("There is no model yet.", &html! { "Judges ask one: any chat API in OpenAI's manner." }))
        } @else {
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Model" } th scope="col" { "Address" } th scope="col" { "Key" } th scope="col" { "Made" } th scope="col" { span.hidden { "Acts" } } } }
                tbody { @for one in rows(&found.body) { tr {
                    th scope="row" { (text(&one["name"])) }
                    td data-label="Model" { (text(&one["model_name"])) }
                    td.wide data-label="Address" { (text(&one["endpoint"])) }
                    td data-label="Key" { @if one["has_key"] == true { "stored" } @else { "none" } }
                    td data-label="Made" { (ago(&one["created_at"])) }
                    td.acts { form.inline method="post" action=(place.to(&format!("models/{}/delete", text(&one["id"])))) { (csrf(place)) button.danger type="submit" { "Delete…" } } }
                } } }
            } }
            (pager(place, found.next.as_deref()))
        }
        (model_form(place, &|_| String::new()))
    };
    Ok(page(&by, Section::Models, "Models", &main))
}

fn model_form(place: &Place, shown: &dyn Fn(&str) -> String) -> Markup {
    html! {
        h2 { "A new model" }
        form.card method="post" action=(place.to("models")) {
            (csrf(place))
            (field("name", "Name", &shown("name"), ""))
            (field("model_name", "Model", &shown("model_name"), "As its API calls it."))
            (field("endpoint", "Address of the API", &shown("endpoint"), "Without /chat/completions."))
            div.field { label for="key" { "Key" } input #key type="password" name="key" autocomplete="off"; }
            button.primary type="submit" { "Make it" }
        }
    }
}

/// POST `/console/models`.
async fn create_model(posted: Posted) -> Result<Response, Refusal> {
    let Posted { by, form: sent } = posted;
    let body = sent.texts(&["name", "model_name", "endpoint", "key"]);
    match by.ask.send(Method::POST, "/models", Some(&body.into())).await {
        Ok(_) => Ok(done(&by, "models", "saved")),
        Err(refusal) => {
            let again = html! { h1 { "Models" } (model_form(&by.place, &|name| sent.text(name).to_owned())) };
            Ok(refused(&by, Section::Models, "Models", &refusal, &again))
        }
    }
}

/// POST `/console/models/{id}/delete`.
async fn delete_model(Id(id): Id, posted: Posted) -> Result<Response, Refusal> {
    delete(
        posted,
        Section::Models,
        "models",
        id,
        "Delete this model and its key? Metrics that named it ask the configuration's.",
    )
    .await
}
