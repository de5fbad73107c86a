use std::fmt;
use std::time::Duration;

use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Header, Validation, decode, get_current_timestamp};
use reqwest::Url;
use serde::Deserialize;

use super::keys::{Found, Keys};
use super::refused;
use super::session::LEEWAY;
use crate::answer::problem::Problem;

/// The least time between two fetches for keys that we do not know: nobody makes us ask more often by inventing some.
const PAUSE: Duration = Duration::from_secs(60);

/// Somebody else who signs tokens for our users, such as a Cognito user pool.
pub struct Issuer {
    name: String,
    audience: String,
    keys: Keys,
}

/// Whom a token of the issuer speaks for.
pub(super) struct Person {
    /// The issuer's id of the user.
    pub(super) subject: String,
    /// The user's address, if the issuer has verified it.
    pub(super) email: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    iss: Names,
    exp: f64,
    nbf: Option<f64>,
    aud: Option<Names>,
    client_id: Option<String>,
    token_use: Option<String>,
    email: Option<String>,
    email_verified: Option<Flag>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    fn hold(&self, wanted: &str) -> bool {
        match self {
            Self::One(name) => name == wanted,
            Self::Many(names) => names.iter().any(|name| name == wanted),
        }
    }
}

/// Some issuers write the boolean as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Flag {
    Is(bool),
    Text(String),
}

impl Issuer {
    /// An issuer by the name that its tokens bear, for tokens made for `audience`, whose keys are at `jwks_url`.
    ///
    /// # Errors
    /// If there is no HTTP client to be had.
    pub fn new(name: &str, audience: &str, jwks_url: Url) -> Result<Self, reqwest::Error> {
        Self::with_pause(name, audience, jwks_url, PAUSE)
    }

    /// The same, with another least time between two fetches for keys that are unknown.
    ///
    /// # Errors
    /// If there is no HTTP client to be had.
    pub fn with_pause(
        name: &str,
        audience: &str,
        jwks_url: Url,
        pause: Duration,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self { name: name.into(), audience: audience.into(), keys: Keys::new(jwks_url, pause)? })
    }

    /// Whom a token speaks for, if it is this issuer's, made for us, and has not expired.
    pub(super) async fn person(&self, token: &str, header: &Header) -> Result<Person, Problem> {
        let id = header.kid.as_deref().ok_or_else(refused)?;
        // Whoever signed it: what is not even said to be good now asks nobody for a key, and waits for none.
        if !insecure_decode_claims(token).is_ok_and(|claims| self.would_take(&claims)) {
            return Err(refused());
        }
        let key = match self.keys.find(id, header.alg).await {
            Found::Key(key) => key,
            Found::None => return Err(refused()),
            Found::Unknown => return Err(Problem::issuer_unavailable()),
        };
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.set_issuer(&[&self.name]);
        // Looked at below: an access token of Cognito has no audience, but a client.
        validation.validate_aud = false;
        let claims = decode::<Claims>(token, &key, &validation).map_err(|_| refused())?.claims;
        if !self.would_take(&claims) {
            return Err(refused());
        }
        let verified = match &claims.email_verified {
            Some(Flag::Is(verified)) => *verified,
            Some(Flag::Text(text)) => text == "true",
            None => false,
        };
        Ok(Person { subject: claims.sub, email: claims.email.filter(|_| verified) })
    }

    /// Whether claims are of this issuer, made for us, and of now; whether the issuer made them is the signature's to say.
    fn would_take(&self, claims: &Claims) -> bool {
        let (now, leeway) = (get_current_timestamp() as f64, LEEWAY as f64);
        claims.iss.hold(&self.name)
            && claims.exp + leeway > now
            && claims.nbf.is_none_or(|begins| begins <= now + leeway)
            && self.is_for_us(claims)
    }

    fn is_for_us(&self, claims: &Claims) -> bool {
        match &claims.aud {
            Some(audience) => audience.hold(&self.audience),
            None => {
                claims.token_use.as_deref() == Some("access")
                    && claims.client_id.as_ref() == Some(&self.audience)
            }
        }
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("name", &self.name).finish_non_exhaustive()
    }
}
