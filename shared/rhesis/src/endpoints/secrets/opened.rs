use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};

use super::Name;
use super::placeholder::whole;
use crate::endpoints::auth::Credential;
use crate::endpoints::{CallError, CallErrorKind, Endpoint};
use crate::secrets::Keys;

/// The secrets of a call, opened.
#[derive(Debug, Clone, Default)]
pub(in crate::endpoints) struct Opened {
    credential: Option<Credential>,
    named: BTreeMap<String, SecretString>,
    /// The query parameters whose value is one of those.
    parameters: Vec<String>,
}

impl Opened {
    /// The endpoint's secrets, beside what proves who asks.
    pub(in crate::endpoints) fn new(
        endpoint: &Endpoint,
        keys: &Keys,
        credential: Option<Credential>,
    ) -> Result<Self, CallError> {
        let named = endpoint.secrets.iter().map(|(name, sealed)| {
            let opened = keys.open(sealed).map_err(|error| {
                let why = format!("secrets.{name}: {error}");
                CallError::new(CallErrorKind::InvalidEndpoint, why)
            })?;
            Ok((name.clone(), opened))
        });
        Ok(Self { credential, named: named.collect::<Result<_, _>>()?, parameters: parameters(endpoint) })
    }

    /// Something in the place of every secret that the endpoint has.
    pub(in crate::endpoints) fn sample(endpoint: &Endpoint) -> Self {
        let named = endpoint.secrets.keys().map(|name| (name.clone(), "sample".into())).collect();
        let credential = Credential::of(&endpoint.auth, "sample".into());
        Self { credential, named, parameters: parameters(endpoint) }
    }

    pub(in crate::endpoints) fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref()
    }

    /// The secret of a name; `at` is what an error names.
    pub(in crate::endpoints) fn secret(&self, name: Name<'_>, at: &str) -> Result<&str, CallError> {
        match name {
            Name::AuthToken => self
                .credential
                .as_ref()
                .map(Credential::secret)
                .ok_or_else(|| CallError::invalid(at, "says {{ auth_token }}, but auth has none")),
            Name::Named(name) => self.named.get(name).map(ExposeSecret::expose_secret).ok_or_else(|| {
                CallError::invalid(at, &format!("says {{{{ secrets.{name} }}}}, but secrets has no {name}"))
            }),
        }
    }

    /// Whether the value of a query parameter is a secret.
    pub(in crate::endpoints) fn is_in(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|name| name == parameter)
            || self.credential.as_ref().is_some_and(|credential| credential.is_in(parameter))
    }

    /// All of them.
    pub(in crate::endpoints) fn all(&self) -> impl Iterator<Item = &str> {
        let named = self.named.values().map(ExposeSecret::expose_secret);
        self.credential.as_ref().map(Credential::secret).into_iter().chain(named)
    }

    #[cfg(test)]
    pub(super) fn of(auth_token: &str, named: &[(&str, &str)]) -> Self {
        use crate::endpoints::Auth;
        let auth = Auth::BearerToken { auth_token: serde_json::from_str("\"gAAAA\"").expect("a text") };
        Self {
            credential: Credential::of(&auth, auth_token.into()),
            named: named.iter().map(|(name, secret)| ((*name).to_owned(), (*secret).into())).collect(),
            parameters: Vec::new(),
        }
    }
}

fn parameters(endpoint: &Endpoint) -> Vec<String> {
    let secret = endpoint.query.iter().filter(|(_, value)| value.as_str().and_then(whole).is_some());
    secret.map(|(name, _)| name.clone()).collect()
}
