//! `api`: HTTP in. Accepts tasks, and shows how they stand.

use api::{App, Identity, bounds_from_env, legible, router};
use lambda_http::{Adapter, lambda_runtime};
use queue::Queue;
use store::{Database, Store};
use tower::ServiceBuilder;

// One event at a time on a fraction of a core: a second thread would only have to be woken.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    login::begin("api").await?;
    telemetry::init();
    let store = Store::open(&Database::from_settings().await?, settings::API_CONNECTIONS).await?;
    let identity = Identity::from_env()?;
    let endpoints = rhesis::endpoints::Client::from_env()?;
    let long_calls = bounds_from_env()?;
    let app = App { store, queue: Queue::from_env()?, identity, endpoints, long_calls };
    let service = ServiceBuilder::new()
        .map_request(legible)
        .then(async |answer| {
            telemetry::send_spans().await;
            answer
        })
        .service(Adapter::from(router(app)));
    lambda_runtime::run(service).await
}
