use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Postgres, Transaction};

/// A transaction that whoever waits for it may stop waiting for: a handler's time is up, a task is revoked. `statement` begins
/// it, and nobody else may have written that.
///
/// # Errors
/// If Postgres could not be asked, or the statement began no transaction.
pub async fn begin_with(pool: &PgPool, statement: String) -> sqlx::Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    // A task of its own, which comes to its end whatever becomes of us: sqlx 0.9.0 gives the connection of a `begin` that
    // is dropped half-way back to the pool with its transaction open, and with the tenant it is bound to (sqlx#4393).
    let begun = tokio::spawn(async move { pool.begin_with(AssertSqlSafe(statement)).await });
    match begun.await {
        Ok(begun) => begun,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(sqlx::Error::WorkerCrashed),
        },
    }
}
