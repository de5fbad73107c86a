use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use uuid::Uuid;

/// How far clocks may differ, in seconds.
pub(super) const LEEWAY: u64 = 30;

/// The shortest secret, in bytes: as long as the hash (RFC 7518, 3.2).
pub(super) const SHORTEST_SECRET: usize = 32;

/// Sessions as the predecessor's backend signs them: HS256, `{"type": "session", "user": {"id": …}, "exp": …}`.
pub struct Session {
    key: DecodingKey,
    validation: Validation,
}

#[derive(Deserialize)]
struct Claims {
    r#type: String,
    user: Person,
}

#[derive(Deserialize)]
struct Person {
    id: Uuid,
}

impl Session {
    /// Sessions that were signed with this secret.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        // The predecessor's sessions name no audience; who can sign one has the secret.
        validation.validate_aud = false;
        Self { key: DecodingKey::from_secret(secret.as_bytes()), validation }
    }

    /// The user of a session that is ours and has not expired.
    pub(super) fn user_id(&self, token: &str) -> Option<Uuid> {
        let claims = decode::<Claims>(token, &self.key, &self.validation).ok()?.claims;
        // The same secret signs links in e-mails, which are no sessions.
        (claims.r#type == "session").then_some(claims.user.id)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}
