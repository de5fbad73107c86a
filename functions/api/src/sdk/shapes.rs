use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::AskedBySdk;
use crate::answer::problem::Problem;

/// More than any list of ours comes to, in bytes.
const LARGEST: usize = 32 << 20;

/// Answers the SDK in its shapes; everybody else as ever.
pub(crate) async fn answers(request: Request, next: Next) -> Response {
    let AskedBySdk(true) = AskedBySdk::of(request.method(), request.headers()) else {
        return next.run(request).await;
    };
    let path = request.uri().path().to_owned();
    let answer = next.run(request).await;
    if answer.status() == StatusCode::NO_CONTENT {
        // The SDK reads JSON whatever the status.
        let id = path.rsplit('/').next().unwrap_or_default();
        return axum::Json(json!({ "id": id })).into_response();
    }
    match shape_at(&path) {
        Some(shape) if answer.status() == StatusCode::OK => turned(answer, shape).await,
        _ => answer,
    }
}

/// What turns an object of ours into one of the SDK's.
type Shape = fn(&mut Value);

/// The shape of what an address answers; `None` where ours is the SDK's too.
fn shape_at(path: &str) -> Option<Shape> {
    match path.trim_matches('/').split('/').collect::<Vec<_>>().as_slice() {
        ["test_sets"] | ["test_sets", _] => Some(test_set),
        ["test_sets", _, "tests"] => Some(test),
        ["test_runs"] | ["test_runs", _] => Some(test_run),
        ["test_results"] | ["test_results", _] => Some(test_result),
        _ => None,
    }
}

async fn turned(answer: Response, shape: Shape) -> Response {
    let (mut head, body) = answer.into_parts();
    let read = to_bytes(body, LARGEST).await.ok();
    let Some(mut value) = read.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) else {
        tracing::error!("an answer that the SDK cannot be told");
        return Problem::internal().into_response();
    };
    match &mut value {
        Value::Array(items) => items.iter_mut().for_each(shape),
        one => shape(one),
    }
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(head, Body::from(value.to_string()))
}

/// `tests` is the list of its tests there, which come by themselves; the number is `test_count`.
fn test_set(set: &mut Value) {
    if let Some(fields) = set.as_object_mut() {
        fields.remove("tests");
    }
}

/// A prompt is an object there, and the test's id is `id`. Since 0.19 a behavior is a requirement.
fn test(test: &mut Value) {
    *test = json!({
        "id": test["test_id"],
        "prompt": {
            "content": test["prompt"], "expected_response": test["expected"], "language_code": test["language_code"],
        },
        "category": test["category"], "topic": test["topic"], "behavior": test["behavior"],
        "requirement": test["behavior"],
        "metadata": test["metadata"], "test_type": "Single-Turn", "position": test["position"],
    });
}

/// There are four statuses there: a run that waits is in progress, one that was cancelled has failed; `attributes` says how it stands.
fn test_run(run: &mut Value) {
    let status = match run["status"].as_str() {
        Some("Queued") => "Progress",
        Some("Cancelled") => "Failed",
        Some(other) => other,
        None => return,
    };
    let attributes = json!({
        "status": run["status"], "total_tests": run["total"], "tests_done": run["done"], "tests_passed": run["passed"],
        "tests_failed": run["failed"], "execution_errors": run["errors"], "task_id": run["task_id"],
        "error": run["error"], "started_at": run["started_at"], "completed_at": run["completed_at"],
    });
    run["status"] = status.into();
    run["attributes"] = attributes;
}

/// How much of a reason a list says, in characters.
const SHORT: usize = 200;

/// A status is an object there. A list comes all at once, and so without prompts and with the beginnings of reasons.
fn test_result(result: &mut Value) {
    if result["status"].is_string() {
        result["status"] = json!({ "name": result["status"] });
    }
    if result.get("test_output").is_none()
        && let Some(fields) = result.as_object_mut()
    {
        fields.remove("prompt");
        if let Some(Value::String(reason)) = fields.get_mut("reason")
            && let Some((end, _)) = reason.char_indices().nth(SHORT)
        {
            reason.truncate(end);
        }
    }
}
