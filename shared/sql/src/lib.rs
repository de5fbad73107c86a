//! Statements that hold directly connected and through a pooler that changes servers after every transaction.
//!
//! Directly, a statement is prepared once per connection and used again: one round trip. A transaction-mode pooler
//! (pgbouncer, RDS Proxy) hands the prepared statement of one client to another, so there, with `DATABASE_POOLER=transaction`,
//! statements have no name and must stand inside a transaction; [`one`] gives a single statement one of its own.

mod begin;

use std::sync::LazyLock;

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{Connection, FromRow, Postgres};

pub use begin::begin_with;

static POOLED: LazyLock<bool> =
    LazyLock::new(|| settings::DATABASE_POOLER.get().as_deref() == Some("transaction"));

/// Whether connections go through a transaction-mode pooler.
#[must_use]
pub fn pooled() -> bool {
    *POOLED
}

/// A statement whose rows do not matter.
pub fn query<'q>(sql: &'static str) -> Query<'q, Postgres, PgArguments> {
    sqlx::query(sql).persistent(!pooled())
}

/// A statement that answers rows of `O`.
pub fn query_as<'q, O>(sql: &'static str) -> QueryAs<'q, Postgres, O, PgArguments>
where
    O: for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_as(sql).persistent(!pooled())
}

/// A statement that answers one column.
pub fn query_scalar<'q, O>(sql: &'static str) -> QueryScalar<'q, Postgres, O, PgArguments>
where
    (O,): for<'r> FromRow<'r, PgRow>,
{
    sqlx::query_scalar(sql).persistent(!pooled())
}

/// Runs a statement that is a commit of its own and answers one value.
///
/// # Errors
/// If Postgres could not be asked, or answers no row.
pub async fn one<O>(
    connection: &mut PgConnection,
    query: QueryScalar<'_, Postgres, O, PgArguments>,
) -> sqlx::Result<O>
where
    O: Send + Unpin,
    (O,): for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    if !pooled() {
        return query.fetch_one(connection).await;
    }
    let mut tx = connection.begin().await?;
    let answer = query.fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(answer)
}
