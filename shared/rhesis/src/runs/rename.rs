use sqlx::PgConnection;
use uuid::Uuid;

/// Names a run, or takes its name; false if there is no such run.
pub async fn rename(conn: &mut PgConnection, test_run_id: Uuid, name: Option<&str>) -> sqlx::Result<bool> {
    let done = sql::query("update test_run set name = $2, updated_at = clock_timestamp() where id = $1")
        .bind(test_run_id)
        .bind(name)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}
