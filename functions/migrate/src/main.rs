//! `migrate`: brings the database up to date, at every deployment, before the functions of the new release run.

use lambda_runtime::{LambdaEvent, service_fn};
use migrate::{Error, Request, migrate};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    // What is missing is said in the answer: a function that does not start leaves CloudFormation waiting.
    let begun = &login::begin("migrate").await.map_err(|error| error.to_string());
    telemetry::init();
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        let request_id = event.context.request_id.clone();
        let work = async move {
            begun.as_ref().map_err(|fault| Error::from(fault.as_str()))?;
            let migrated = migrate().await?;
            let (version, applied) = (migrated.version, migrated.applied);
            tracing::info!(request_id, version, applied, "migrated");
            Ok(migrated)
        };
        match Request::of(&event.payload) {
            Some(request) => request.answer(event.context.deadline(), work).await,
            None => work.await.map(|migrated| migrate::facts(&migrated)),
        }
    }))
    .await
}
