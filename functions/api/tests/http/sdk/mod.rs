//! What Rhesis's SDK sends and reads, as its package 0.6.8.post1 does: see `tests/sdk` for the package itself.

mod endpoints;
mod metrics;
mod requirements;
mod runs;
mod test_sets;

use axum::body::Body;
use axum::http::Request;

use crate::world::{Answer, Client};

/// Asks as the SDK asks: by `requests`, with the type of a body that is not there.
async fn ask(client: &Client, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).header("user-agent", "python-requests/2.33.1");
    client
        .send(
            request
                .header("content-type", "application/json")
                .header("accept", "*/*")
                .body(Body::empty())
                .unwrap(),
        )
        .await
}
