//! Creating tenants. This is the database owner's business: functions cannot do it.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::tokens;

/// A new tenant with its first user and token.
pub struct Founded {
    /// The organization.
    pub organization_id: Uuid,
    /// Its first user.
    pub user_id: Uuid,
    /// The user's API token, which cannot be read again.
    pub token: String,
}

/// Creates an organization, its first user and a token without expiry, as the database's owner (not yet bound).
pub async fn found(conn: &mut PgConnection, name: &str) -> sqlx::Result<Founded> {
    let founded =
        Founded { organization_id: Uuid::now_v7(), user_id: Uuid::now_v7(), token: tokens::generate() };
    sql::query("insert into organization (id, name) values ($1, $2)")
        .bind(founded.organization_id)
        .bind(name)
        .execute(&mut *conn)
        .await?;
    sql::query(r#"insert into "user" (id, organization_id, email, name) values ($1, $2, $3, $4)"#)
        .bind(founded.user_id)
        .bind(founded.organization_id)
        .bind(format!("{}@rhesis.invalid", founded.user_id.simple()))
        .bind("First user")
        .execute(&mut *conn)
        .await?;
    // An owner that is no superuser is a member of every role, so what holds for tenants holds for it: one's own tokens only.
    sql::query("select set_config('app.user_id', $1, true)")
        .bind(founded.user_id.to_string())
        .execute(&mut *conn)
        .await?;
    sql::query(
        "insert into token (id, organization_id, user_id, name, token_hash, token_obfuscated)
         values ($1, $2, $3, 'first token', $4, $5)",
    )
    .bind(Uuid::now_v7())
    .bind(founded.organization_id)
    .bind(founded.user_id)
    .bind(tokens::hash(&founded.token))
    .bind(tokens::obfuscate(&founded.token))
    .execute(conn)
    .await?;
    Ok(founded)
}

/// Binds the rest of this transaction to a tenant, and gives up every other right.
pub async fn enter(conn: &mut PgConnection, organization_id: Uuid) -> sqlx::Result<()> {
    sql::query("set local role tasks_tenant").execute(&mut *conn).await?;
    sql::query("select set_config('app.organization_id', $1, true)")
        .bind(organization_id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
