use sqlx::PgConnection;
use uuid::Uuid;

use crate::configurations::{self, ConfigurationError};

/// Creates the Queued run of a task that is being enqueued in the same transaction, and returns its id.
///
/// Refuses a configuration that cannot be executed, so that nothing is enqueued for it.
pub async fn queue(
    conn: &mut PgConnection,
    configuration_id: Uuid,
    task_id: Uuid,
    user_id: Option<Uuid>,
) -> Result<Uuid, ConfigurationError> {
    let configuration = configurations::load(conn, configuration_id).await?;
    let id = sql::query_scalar(
        "insert into test_run (id, test_configuration_id, task_id, user_id, total) values ($1, $2, $3, $4, $5)
         returning id",
    )
    .bind(Uuid::now_v7())
    .bind(configuration.id)
    .bind(task_id)
    .bind(user_id)
    .bind(configuration.tests)
    .fetch_one(conn)
    .await?;
    Ok(id)
}
