//! API tokens: `rh-` and 32 random bytes. Only a hash is stored, so a token can be shown once, when it is made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use listing::{Column, Direction, Listing, Page, Query, Sql};
use rand::RngCore as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// What every token begins with.
pub const PREFIX: &str = "rh-";

/// Who a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The user who made the token.
    pub user_id: Uuid,
    /// The user's organization: the tenant of everything done with the token.
    pub organization_id: Uuid,
}

/// Makes a new token: `rh-` and base64url of 32 bytes from the operating system's generator.
pub fn generate() -> String {
    let mut bytes = [0; 32];
    rand::rngs::ThreadRng::default().fill_bytes(&mut bytes);
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a token: its SHA-256 in lower-case hex.
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What may be shown of a token later: `rh-…` and its last four characters.
pub fn obfuscate(token: &str) -> String {
    let tail: String = token.chars().skip(token.chars().count().saturating_sub(4)).collect();
    format!("{PREFIX}…{tail}")
}

/// Finds whom a token speaks for; `None` if it is unknown, expired or revoked, or its user or organization inactive.
///
/// The only verb that needs no tenant: it logs in as `tasks_api` and asks in a commit of its own.
pub async fn authenticate(connection: &mut PgConnection, token: &str) -> sqlx::Result<Option<Identity>> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let query =
        sql::query_scalar("select (select to_jsonb(a) from public.authenticate($1) a)").bind(hash(token));
    let identity: Option<Json<Identity>> = sql::one(connection, query).await?;
    Ok(identity.map(|identity| identity.0))
}

/// How many tokens a user may have at a time, expired ones included.
pub const MOST: i64 = 100;

/// A token that was made.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Made {
    /// Its id, which is no secret.
    pub id: Uuid,
    /// When it ends by itself; none: never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What may be known of a token after it was made.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Token {
    /// Its id, which is no secret.
    pub id: Uuid,
    /// What its user calls it.
    pub name: String,
    /// `rh-…` and its last four characters.
    pub token_obfuscated: String,
    /// When it ends by itself; none: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the hour; none: not yet.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Stores a token of the bound user, for so many days or for ever; `None` if the user has [`MOST`] already.
pub async fn create(
    conn: &mut PgConnection,
    user_id: Uuid,
    name: &str,
    token: &str,
    days: Option<i32>,
) -> sqlx::Result<Option<Made>> {
    sql::query_as(
        "insert into token (id, user_id, name, token_hash, token_obfuscated, expires_at)
         select $1, $2, $3, $4, $5, clock_timestamp() + make_interval(days => $6)
         where (select count(*) from token where user_id = $2 and revoked_at is null) < $7
         returning id, expires_at",
    )
    .bind(Uuid::now_v7())
    .bind(user_id)
    .bind(name)
    .bind(hash(token))
    .bind(obfuscate(token))
    .bind(days)
    .bind(MOST)
    .fetch_optional(conn)
    .await
}

/// The list of a user's tokens that are not revoked, newest first.
pub const LIST: Listing = Listing {
    name: "tokens",
    from: "token t",
    id: "t.id",
    columns: &[
        Column::uuid("id", "t.id"),
        Column::text("name", "t.name"),
        Column::time("expires_at", "t.expires_at").sorted_by("coalesce(t.expires_at, 'epoch')"),
        Column::time("last_used_at", "date_trunc('hour', t.last_used_at)")
            .sorted_by("coalesce(date_trunc('hour', t.last_used_at), 'epoch')"),
        Column::time("created_at", "t.created_at"),
    ],
    order: (0, Direction::Descending),
};

/// Lists the tokens of the bound user that are not revoked.
pub async fn list(conn: &mut PgConnection, user_id: Uuid, query: &Query) -> sqlx::Result<Page<Token>> {
    let only = |sql: &mut Sql| {
        sql.push(" and t.revoked_at is null and t.user_id = ").push_bind(user_id);
    };
    let picked = LIST.pick(conn, query, only).await?;
    let rows = sql::query_as(
        "select id, name, token_obfuscated, expires_at, date_trunc('hour', last_used_at) as last_used_at, created_at
         from token where id = any ($1) order by array_position($1, id)",
    )
    .bind(&picked.ids)
    .fetch_all(conn)
    .await?;
    Ok(picked.page(rows))
}

/// Revokes a token of the bound user; false if there is none that was not revoked before.
pub async fn revoke(conn: &mut PgConnection, user_id: Uuid, id: Uuid) -> sqlx::Result<bool> {
    let done = sql::query(
        "update token set revoked_at = clock_timestamp(), updated_at = clock_timestamp()
         where id = $1 and user_id = $2 and revoked_at is null",
    )
    .bind(id)
    .bind(user_id)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_32_bytes_behind_its_prefix_and_differs_each_time() {
        let (one, two) = (generate(), generate());
        assert_ne!(one, two);
        assert_eq!(URL_SAFE_NO_PAD.decode(one.strip_prefix(PREFIX).unwrap()).unwrap().len(), 32);
    }

    #[test]
    fn a_hash_is_sha_256_in_lower_case_hex() {
        assert_eq!(hash("rh-a"), hash("rh-a"));
        assert_eq!(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn an_obfuscated_token_shows_only_its_end() {
        assert_eq!(obfuscate("rh-abcdefgh"), "rh-…efgh");
    }
}
