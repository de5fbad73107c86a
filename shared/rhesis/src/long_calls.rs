//! Leases of requests that hold an instance of the API for seconds, kept where they need no process alive.

use std::time::Duration;

use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::tokens::Identity;

/// How many may run at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Of one user, by whichever of their tokens.
    pub of_user: i32,
    /// Of one organization.
    pub of_organization: i32,
    /// Of everybody.
    pub in_all: i32,
}

/// What is said to whoever wants to begin one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begun {
    /// The lease's id.
    Begun(Uuid),
    /// There is no room.
    Full(Whose),
}

/// Whose bound is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The user's.
    User,
    /// The organization's.
    Organization,
    /// That of all together.
    Api,
}

/// Takes a lease, which is over after `lease` if nobody gives it back. One statement, a commit of its own.
///
/// # Errors
/// If Postgres could not be asked.
pub async fn begin(
    connection: &mut PgConnection,
    whose: Identity,
    lease: Duration,
    bounds: Bounds,
) -> sqlx::Result<Begun> {
    let query = sql::query_scalar("select public.begin_long_call($1, $2, $3, $4, $5, $6)")
        .bind(whose.organization_id)
        .bind(whose.user_id)
        .bind(lease.as_secs_f64())
        .bind(bounds.of_user)
        .bind(bounds.of_organization)
        .bind(bounds.in_all);
    let begun: Json<Begun> = sql::one(connection, query).await?;
    Ok(begun.0)
}

/// Gives a lease back. One statement, a commit of its own.
///
/// # Errors
/// If Postgres could not be asked; then it is over by itself.
pub async fn end(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    // A void is no value to read.
    let query = sql::query_scalar("select (select true from public.end_long_call($1))").bind(id);
    let _ended: Option<bool> = sql::one(connection, query).await?;
    Ok(())
}
