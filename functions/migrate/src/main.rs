//! `migrate`: brings the database up to date, at every deployment, before the functions of the new release run.

use lambda_runtime::{LambdaEvent, service_fn};
use migrate::{Command, Error, Request, migrate, secrets};
use rhesis::secrets::Rotation;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    // What is missing is said in the answer: a function that does not start leaves CloudFormation waiting.
    let begun = &login::begin("migrate").await.map_err(|error| error.to_string());
    telemetry::init();
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        let request_id = event.context.request_id.clone();
        let deadline = event.context.deadline();
        let begun = move || begun.as_ref().map_err(|fault| Error::from(fault.as_str()));
        let work = async move {
            begun()?;
            let migrated = migrate().await?;
            let (version, applied) = (migrated.version, migrated.applied);
            tracing::info!(request_id, version, applied, "migrated");
            Ok(migrated)
        };
        if let Some(request) = Request::of(&event.payload) {
            return request.answer(deadline, work).await;
        }
        let rotation = match Command::of(&event.payload)? {
            Command::Migrate => return work.await.map(|migrated| migrate::facts(&migrated)),
            Command::CountSecrets => Rotation::Count,
            Command::ReencryptSecrets => Rotation::Reencrypt,
        };
        begun()?;
        let report = secrets(rotation, deadline).await?;
        let (done, rows, unreadable) = (report.done, report.rows, report.unreadable);
        tracing::info!(done, rows, unreadable, "secrets looked at");
        Ok(json!(report))
    }))
    .await
}
