use std::time::{Duration, SystemTime};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use lambda_http::RequestExt as _;

use crate::answer::problem::Problem;

/// How long a request may take at most, where nobody says so: what HTTP APIs wait for an answer.
const LONGEST: Duration = Duration::from_secs(30);

/// So much before the invocation's end there is an answer: else Lambda kills the process, the gateway says 502, and whoever asked
/// knows nothing.
const MARGIN: Duration = Duration::from_secs(1);

/// When the invocation that a request came with is killed.
pub(crate) fn of(request: &Request) -> SystemTime {
    request.lambda_context_ref().map_or_else(|| SystemTime::now() + LONGEST, |context| context.deadline())
}

/// The answer, if there is one in time: a database that hangs, or is locked, says nothing itself.
pub(crate) async fn answered(request: Request, next: Next) -> Result<Response, Problem> {
    let left = of(&request).duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(MARGIN);
    tokio::time::timeout(left, next.run(request)).await.map_err(|_| {
        tracing::error!(seconds = left.as_secs(), "no answer in time");
        Problem::late()
    })
}
