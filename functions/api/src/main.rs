//! `api`: HTTP in. Accepts tasks, and shows how they stand.

use api::{App, legible, router};
use lambda_http::{Adapter, lambda_runtime};
use queue::Queue;
use store::Store;
use tower::ServiceBuilder;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::init();
    // One invocation at a time, and no transaction while another waits: one connection is enough.
    let endpoints = rhesis::endpoints::Client::from_env()?;
    let app = App { store: Store::from_env(1)?, queue: Queue::from_env().await?, endpoints };
    let service = ServiceBuilder::new().map_request(legible).service(Adapter::from(router(app)));
    lambda_runtime::run(service).await
}
