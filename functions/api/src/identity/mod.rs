//! Signed tokens (JWT) as a way in, beside the API tokens of our own.
//!
//! A token says who somebody is, never whose rows they see: the organization is the one of our row of that user. A way
//! that has no settings is closed, and none is open by default, so there is nothing here that a local stack opens and a
//! cloud could forget to close.

mod fetch;
mod issuer;
mod keys;
mod session;
mod settings;

use std::sync::Arc;

use jsonwebtoken::{Algorithm, decode_header};
use rhesis::users::{self, User};
use store::Store;

pub use issuer::Issuer;
pub use session::Session;
pub use settings::SettingsError;

use crate::answer::problem::Problem;

/// The ways in by signed tokens. The default: none.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// Sessions signed with a secret that we share with the predecessor's backend (HS256).
    pub session: Option<Arc<Session>>,
    /// An issuer whose public keys we fetch (RS256, ES256).
    pub issuer: Option<Arc<Issuer>>,
}

impl Identity {
    /// The ways that the environment's variables `JWT_…` open.
    ///
    /// # Errors
    /// Which variable is wrong, and what it must be.
    pub fn from_env() -> Result<Self, SettingsError> {
        use ::settings::{JWT_AUDIENCE, JWT_ISSUER, JWT_JWKS_URL, JWT_SECRET_KEY};
        let known = [JWT_SECRET_KEY, JWT_ISSUER, JWT_AUDIENCE, JWT_JWKS_URL];
        settings::read(|name| known.into_iter().find(|setting| setting.name() == name)?.get())
    }

    /// Finds the user whom a signed token speaks for.
    ///
    /// The algorithm decides the way, and each way knows its own algorithms only: a public key is never taken for a secret.
    pub(crate) async fn user(&self, store: &Store, token: &str) -> Result<User, Problem> {
        let header = decode_header(token).map_err(|_| refused())?;
        // What a token declares as critical must be understood, and nothing of the kind is here (RFC 7515, 4.1.11).
        if header.crit.is_some() {
            return Err(refused());
        }
        let user = match (header.alg, &self.session, &self.issuer) {
            (Algorithm::HS256, Some(session), _) => {
                let id = session.user_id(token).ok_or_else(refused)?;
                store.ask(async |connection| users::by_id(connection, id).await).await?
            }
            (Algorithm::RS256 | Algorithm::ES256, _, Some(issuer)) => {
                let person = issuer.person(token, &header).await?;
                let (subject, email) = (&person.subject, person.email.as_deref());
                store.ask(async |connection| users::by_subject(connection, subject, email).await).await?
            }
            _ => return Err(refused()),
        };
        user.ok_or_else(refused)
    }
}

/// One answer for everything that is wrong with a token: which of it was, is nobody's to learn by trying.
fn refused() -> Problem {
    Problem::unauthorized("The token is invalid or expired, or its user is unknown or inactive.")
}
