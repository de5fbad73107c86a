//! `migrate`: brings the database up to date, at every deployment, before the functions of the new release run.

use catalog::{SCHEDULES, TASKS};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let url = std::env::var("DATABASE_URL").map_err(|_| "DATABASE_URL is not set")?;
    let password = std::env::var("FUNCTION_ROLE_PASSWORD").ok().filter(|password| !password.is_empty());
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let (url, password) = (url.clone(), password.clone());
        async move {
            let mut connection = PgConnection::connect(&url).await?;
            let migrated =
                store::migrate(&mut connection, &rhesis::MIGRATIONS, TASKS, password.as_deref()).await?;
            store::declare_schedules(&mut connection, SCHEDULES).await?;
            tracing::info!(
                request_id = event.context.request_id,
                version = migrated.version,
                applied = migrated.applied,
                "migrated"
            );
            Ok::<_, lambda_runtime::Error>(
                json!({ "version": migrated.version, "applied": migrated.applied }),
            )
        }
    }))
    .await
}
