use sqlx::PgConnection;
use uuid::Uuid;

use crate::configurations::Configuration;

/// Creates the Queued run of a task that is being enqueued in the same transaction, and returns its id.
///
/// A `Configuration` is one that can be executed: loading it refuses every other, so nothing is enqueued for those.
pub async fn queue(
    conn: &mut PgConnection,
    configuration: &Configuration,
    task_id: Uuid,
    user_id: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into test_run (id, test_configuration_id, task_id, user_id, total) values ($1, $2, $3, $4, $5)
         returning id",
    )
    .bind(Uuid::now_v7())
    .bind(configuration.id)
    .bind(task_id)
    .bind(user_id)
    .bind(configuration.tests)
    .fetch_one(conn)
    .await
}
