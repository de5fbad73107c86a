use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{ApiKey, Auth};
use crate::endpoints::CallError;

/// An opened secret and where it goes.
#[derive(Debug, Clone)]
pub(in crate::endpoints) struct Credential {
    secret: SecretString,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Header(String, String),
    Query(String),
}

impl Credential {
    /// Where the way of proving says that its secret goes; `None` if there is nothing to prove.
    pub(in crate::endpoints) fn of(auth: &Auth, secret: SecretString) -> Option<Self> {
        let place = match auth {
            Auth::None => return None,
            Auth::BearerToken { .. } | Auth::ClientCredentials(_) => {
                Place::Header(AUTHORIZATION.as_str().to_owned(), "Bearer ".to_owned())
            }
            Auth::ApiKey(ApiKey { query: Some(name), .. }) => Place::Query(name.clone()),
            Auth::ApiKey(ApiKey { header, prefix, .. }) => Place::Header(
                header.clone().unwrap_or_else(|| "x-api-key".to_owned()),
                prefix.clone().unwrap_or_default(),
            ),
        };
        Some(Self { secret, place })
    }

    pub(in crate::endpoints) fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Puts the secret where it goes.
    pub(in crate::endpoints) fn place(
        &self,
        url: &mut Url,
        headers: &mut HeaderMap,
    ) -> Result<(), CallError> {
        match &self.place {
            Place::Query(name) => {
                url.query_pairs_mut().append_pair(name, self.secret());
            }
            Place::Header(name, prefix) => {
                let bad = |what: &str| CallError::invalid("auth", &format!("{what} that no header may hold"));
                let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad("names a header"))?;
                let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.secret()))
                    .map_err(|_| bad("holds a secret with a character"))?;
                value.set_sensitive(true);
                headers.insert(key, value);
            }
        }
        Ok(())
    }

    /// Whether this query parameter is the secret's.
    pub(in crate::endpoints) fn is_in(&self, parameter: &str) -> bool {
        matches!(&self.place, Place::Query(name) if name == parameter)
    }
}
