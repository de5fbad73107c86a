use std::time::{Duration, SystemTime};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt as _;

use crate::App;
use crate::answer::problem::Problem;

/// How long a request may take at most, where nobody says so: what HTTP APIs wait for an answer.
const LONGEST: Duration = Duration::from_secs(30);

/// Where the database may sleep: before a request that may write touches it, the relay is told to look at it after the
/// invocation's end. If that cannot be, nothing is begun.
pub(crate) async fn before_writing(State(app): State<App>, request: Request, next: Next) -> Response {
    if !request.method().is_safe() {
        let context = request.lambda_context_ref();
        let deadline = context.map_or_else(|| SystemTime::now() + LONGEST, |context| context.deadline());
        if let Err(error) = app.queue.cover(deadline).await {
            tracing::error!(error = error.to_string(), "request refused");
            return Problem::not_covered().into_response();
        }
    }
    next.run(request).await
}
