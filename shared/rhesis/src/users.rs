//! Finding users who come with a signed token, before their tenant is known.

use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// A user who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The user.
    pub user_id: Uuid,
    /// The tenant of everything they do; none for a user whom no organization has taken in yet.
    pub organization_id: Option<Uuid>,
}

/// Finds a user by our own id; `None` if unknown or inactive, or the organization is.
///
/// Asked by `tasks_api` in a commit of its own, as [`by_subject`] is.
pub async fn by_id(connection: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<User>> {
    let query = sql::query_scalar("select (select to_jsonb(a) from public.authenticate_user($1) a)").bind(id);
    let user: Option<Json<User>> = sql::one(connection, query).await?;
    Ok(user.map(|user| user.0))
}

/// Finds a user by the issuer's id of them; or, if none has it, by a verified e-mail address that no other id is tied to.
pub async fn by_subject(
    connection: &mut PgConnection,
    subject: &str,
    email: Option<&str>,
) -> sqlx::Result<Option<User>> {
    // Postgres cannot hold the character, so nobody has such a name.
    if subject.contains('\0') || email.is_some_and(|email| email.contains('\0')) {
        return Ok(None);
    }
    let query = sql::query_scalar("select (select to_jsonb(a) from public.authenticate_subject($1, $2) a)");
    let user: Option<Json<User>> = sql::one(connection, query.bind(subject).bind(email)).await?;
    Ok(user.map(|user| user.0))
}
