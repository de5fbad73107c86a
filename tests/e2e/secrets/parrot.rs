use axum::Router;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::spellings::{MANY, spelled};
use crate::server::Server;

/// An AI endpoint that answers with the three secrets that it was sent. The prompt says how, and in which spelling: `ok 3`.
pub(crate) async fn parrot() -> Server {
    Server::start(Router::new().fallback(answer)).await
}

/// What it is asked: every spelling in an answer and in a refusal, and every other way to say something once.
pub(crate) fn prompts() -> Vec<String> {
    let each = |how: &'static str| (0..MANY).map(move |number| format!("{how} {number}"));
    let once = ["busy 0", "redirect 3", "encoded 17", "unmapped 7", "text 0", "broken 0", "empty 0"];
    each("ok").chain(each("refuse")).chain(once.map(str::to_owned)).collect()
}

async fn answer(Query(query): Query<Vec<(String, String)>>, headers: HeaderMap, body: String) -> Response {
    let request: Value = serde_json::from_str(&body).unwrap_or_default();
    let prompt = request["input"].as_str().unwrap_or_default();
    let (how, number) = prompt.split_once(' ').unwrap_or((prompt, "0"));
    let number = number.parse().unwrap_or_default();
    let sent = |name: &str, before: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.strip_prefix(before).unwrap_or(value).to_owned()
    };
    let signature = query.into_iter().find(|(name, _)| name == "sig").map(|(_, value)| value);
    let all = [sent("authorization", "Bearer "), sent("x-team", "Team "), signature.unwrap_or_default()];
    let said: Vec<String> = all.iter().map(|secret| spelled(secret, number)).collect();
    let text = said.join("\n");
    let name = said[1].clone();
    let answered = json!({
        "output": text, "context": said, "metadata": { name.clone(): [text] }, "kept": { "deep": [[name]] }
    });
    let mut answer = match how {
        "ok" => answered.to_string().into_response(),
        "refuse" => (StatusCode::FORBIDDEN, format!("<p>no: {text}")).into_response(),
        "busy" => (StatusCode::SERVICE_UNAVAILABLE, answered.to_string()).into_response(),
        "redirect" => (StatusCode::FOUND, text.clone()).into_response(),
        "unmapped" => json!({ "other": answered }).to_string().into_response(),
        "broken" => format!("{{\"output\": \"{text}").into_response(),
        "empty" => json!({ "output": null, "said": text }).to_string().into_response(),
        _ => text.clone().into_response(),
    };
    let place = if how == "encoded" { header::CONTENT_ENCODING } else { header::LOCATION };
    for (place, secret) in [(place, &all[0]), (header::RETRY_AFTER, &all[1]), (header::SET_COOKIE, &all[2])] {
        let value = HeaderValue::from_str(secret).unwrap_or(HeaderValue::from_static("0"));
        answer.headers_mut().insert(place, value);
    }
    answer
}
