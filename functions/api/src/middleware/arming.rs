use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::answer::problem::Problem;
use crate::middleware::deadline;

/// Where the database may sleep: before a request that may write touches it, the relay is told to look at it after the
/// invocation's end. If that cannot be, nothing is begun.
pub(crate) async fn before_writing(State(app): State<App>, request: Request, next: Next) -> Response {
    if !request.method().is_safe()
        && let Err(error) = app.queue.cover(deadline::of(&request)).await
    {
        tracing::error!(error = error.to_string(), "request refused");
        return Problem::not_covered().into_response();
    }
    next.run(request).await
}
