//! Sessions of the console: 32 random bytes in a cookie, of which only a hash is stored, for twelve hours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore as _;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::tokens::{Identity, hash};

/// How long a session lasts, in seconds: 12 hours.
pub const LIFE: i32 = 12 * 3600;

/// Makes the secret of a session, or a code to sign in by: base64url of 32 bytes from the operating system's generator.
pub fn generate() -> String {
    let mut bytes = [0; 32];
    rand::rngs::ThreadRng::default().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Opens a session of the bound user. With the API token that it was opened by it ends when that is revoked or expires.
/// The user's expired ones are deleted.
pub async fn open(
    conn: &mut PgConnection,
    user_id: Uuid,
    secret: &str,
    token: Option<&str>,
) -> sqlx::Result<()> {
    sql::query("delete from console_session where user_id = $1 and expires_at < clock_timestamp()")
        .bind(user_id)
        .execute(&mut *conn)
        .await?;
    sql::query(
        "insert into console_session (user_id, secret_hash, token_hash, expires_at)
         values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))",
    )
    .bind(user_id)
    .bind(hash(secret))
    .bind(token.map(hash))
    .bind(f64::from(LIFE))
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds whose session it is; `None` if it is unknown, over or ended, its token revoked, or its user or organization inactive.
///
/// Needs no tenant, as [`crate::tokens::authenticate`].
pub async fn authenticate(connection: &mut PgConnection, secret: &str) -> sqlx::Result<Option<Identity>> {
    let query = sql::query_scalar("select (select to_jsonb(a) from public.authenticate_session($1) a)")
        .bind(hash(secret));
    let identity: Option<Json<Identity>> = sql::one(connection, query).await?;
    Ok(identity.map(|identity| identity.0))
}

/// Ends a session of the bound organization.
pub async fn end(conn: &mut PgConnection, secret: &str) -> sqlx::Result<()> {
    sql::query("delete from console_session where secret_hash = $1").bind(hash(secret)).execute(conn).await?;
    Ok(())
}

/// Stores a code that opens so many sessions within so many seconds, as the owner of the database.
pub async fn offer_code(
    conn: &mut PgConnection,
    user: Identity,
    code: &str,
    uses: i32,
    seconds: i32,
) -> sqlx::Result<()> {
    sql::query(
        "insert into sign_in_code (organization_id, user_id, code_hash, uses_left, expires_at)
         values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))",
    )
    .bind(user.organization_id)
    .bind(user.user_id)
    .bind(hash(code))
    .bind(uses)
    .bind(f64::from(seconds))
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses a code up once; `None` if it is unknown, expired or used up.
pub async fn redeem_code(connection: &mut PgConnection, code: &str) -> sqlx::Result<Option<Identity>> {
    let query = sql::query_scalar("select (select to_jsonb(a) from public.redeem_sign_in_code($1) a)")
        .bind(hash(code));
    let identity: Option<Json<Identity>> = sql::one(connection, query).await?;
    Ok(identity.map(|identity| identity.0))
}
