//! API tokens: `rh-` and 32 random bytes. Only a hash is stored, so a token can be shown once, when it is made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
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
pub async fn authenticate(pool: &PgPool, token: &str) -> sqlx::Result<Option<Identity>> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let query =
        sql::query_scalar("select (select to_jsonb(a) from public.authenticate($1) a)").bind(hash(token));
    let identity: Option<Json<Identity>> = sql::one(pool, query).await?;
    Ok(identity.map(|identity| identity.0))
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
