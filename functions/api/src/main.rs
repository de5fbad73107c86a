//! `api`: HTTP in. Accepts tasks, and shows how they stand.

use api::{App, legible, router};
use lambda_http::{Adapter, lambda_runtime};
use queue::Queue;
use store::Store;
use tower::ServiceBuilder;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let begun = settings::begin("api");
    telemetry::init();
    begun?;
    let endpoints = rhesis::endpoints::Client::from_env()?;
    let app =
        App { store: Store::from_env(settings::API_CONNECTIONS)?, queue: Queue::from_env().await?, endpoints };
    let service = ServiceBuilder::new().map_request(legible).service(Adapter::from(router(app)));
    lambda_runtime::run(service).await
}
