//! Calls endpoints, and other addresses of a user's choice.

mod fetch;
mod post;
mod rest;
mod traced;

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;

use crate::endpoints::auth::{Credential, Tokens};
use crate::endpoints::guard::{Allow, BadAllow, Guard, Lookup, System};
use crate::endpoints::secrets::Opened;
use crate::endpoints::wire::{Deadline, Http};
use crate::endpoints::{Answer, Auth, CallError, CallErrorKind, Endpoint, Protocol, websocket};
use crate::secrets::{Keys, Mask, SecretError};

/// Calls endpoints. Made once per process: it keeps connections and tokens.
#[derive(Debug, Clone)]
pub struct Client {
    // Shared by its clones: every route of the API has one.
    pub(in crate::endpoints) http: Arc<Http>,
    pub(in crate::endpoints) tls: Arc<rustls::ClientConfig>,
    pub(in crate::endpoints) tokens: Arc<Tokens>,
    pub(in crate::endpoints) keys: Keys,
    longest: Duration,
}

/// How a [`Client`] is made.
#[derive(Clone, Default)]
pub struct Builder {
    allow: Allow,
    keys: Keys,
    lookup: Option<Arc<dyn Lookup>>,
    longest: Option<Duration>,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The allow-list has an entry that is none.
    #[error(transparent)]
    Allow(#[from] BadAllow),
    /// The keys are none.
    #[error(transparent)]
    Keys(#[from] SecretError),
    /// HTTP could not be set up.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

impl Builder {
    /// What may be called beside the Internet's https.
    pub fn allow(self, allow: Allow) -> Self {
        Self { allow, ..self }
    }

    /// What opens the endpoints' secrets.
    pub fn keys(self, keys: Keys) -> Self {
        Self { keys, ..self }
    }

    /// How names are looked up; as this machine does it, unless said.
    pub fn lookup(self, lookup: Arc<dyn Lookup>) -> Self {
        Self { lookup: Some(lookup), ..self }
    }

    /// The most that a call may take, also if its endpoint says more.
    pub fn at_most(self, longest: Duration) -> Self {
        Self { longest: Some(longest), ..self }
    }

    /// The client.
    pub fn build(self) -> Result<Client, SettingError> {
        let lookup = self.lookup.unwrap_or_else(|| Arc::new(System));
        let tls = Arc::new(tls::config());
        Ok(Client {
            http: Arc::new(Http::new(Guard::new(self.allow, lookup), &tls)?),
            tls,
            tokens: Arc::default(),
            keys: self.keys,
            longest: self.longest.unwrap_or(Duration::MAX),
        })
    }
}

impl Client {
    /// A client that calls the Internet's https only, follows no redirects, ignores proxy variables, and opens no secrets.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A client by the settings `ENDPOINT_ALLOW` and `DB_ENCRYPTION_KEY`, both of which may be absent.
    pub fn from_env() -> Result<Self, SettingError> {
        Self::builder().allow(Allow::from_env()?).keys(Keys::from_env()?).build()
    }

    /// What it may call.
    pub fn guard(&self) -> &Guard {
        self.http.guard()
    }

    /// What seals and opens the endpoints' secrets.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The same client for callers that have less time: no call takes longer.
    #[must_use]
    pub fn at_most(&self, longest: Duration) -> Self {
        Self { longest, ..self.clone() }
    }

    /// Asks the endpoint one prompt. Never tries twice, but for a token that has become stale: a transient error is the
    /// caller's to repeat.
    pub async fn call(&self, endpoint: &Endpoint, prompt: &str) -> Result<Answer, CallError> {
        traced::call(endpoint, self.answer(endpoint, prompt)).await
    }

    async fn answer(&self, endpoint: &Endpoint, prompt: &str) -> Result<Answer, CallError> {
        if endpoint.kept.endpoint_deleted_at.is_some() {
            let why = "the endpoint was deleted after the test run had started".to_owned();
            return Err(CallError::new(CallErrorKind::InvalidEndpoint, why));
        }
        let deadline = Deadline::after(endpoint.time_limit().min(self.longest));
        let opened = self.opened(endpoint, deadline).await?;
        let outcome = self.ask(endpoint, prompt, &opened, deadline).await;
        let outcome = self.masked(endpoint, &[&opened], outcome);
        let (Auth::ClientCredentials(client), Some(used)) = (&endpoint.auth, opened.credential()) else {
            return outcome;
        };
        if outcome.as_ref().is_err_and(|error| error.status == Some(401)) {
            self.tokens.forget(client, used.secret()).await;
            let fresh = self.opened(endpoint, deadline).await?;
            let outcome = self.ask(endpoint, prompt, &fresh, deadline).await;
            return self.masked(endpoint, &[&opened, &fresh], outcome);
        }
        outcome
    }

    /// The outcome without the secrets that were sent for it: the endpoint may have answered with them, in any spelling.
    fn masked(
        &self,
        endpoint: &Endpoint,
        sent: &[&Opened],
        outcome: Result<Answer, CallError>,
    ) -> Result<Answer, CallError> {
        let client_secret = match &endpoint.auth {
            Auth::ClientCredentials(client) => self.keys.open(&client.client_secret).ok(),
            _ => None,
        };
        let sent = sent.iter().flat_map(|opened| opened.all());
        let mask = Mask::of(sent.chain(client_secret.as_ref().map(|secret| secret.expose_secret())));
        match outcome {
            Ok(answer) => Ok(Answer { body: mask.value(answer.body) }),
            Err(error) => Err(CallError {
                reason: mask.text(error.reason),
                request: mask.value(error.request),
                response: error.response.map(|text| mask.excerpt(text)),
                ..error
            }),
        }
    }

    async fn ask(
        &self,
        endpoint: &Endpoint,
        prompt: &str,
        opened: &Opened,
        deadline: Deadline,
    ) -> Result<Answer, CallError> {
        match endpoint.protocol {
            Protocol::Rest => rest::ask(self, endpoint, prompt, opened, deadline).await,
            Protocol::WebSocket => websocket::ask(self, endpoint, prompt, opened, deadline).await,
        }
    }

    /// The secrets of a call: what proves who asks, and those that the endpoint names.
    async fn opened(&self, endpoint: &Endpoint, deadline: Deadline) -> Result<Opened, CallError> {
        Opened::new(endpoint, &self.keys, self.credential(endpoint, deadline).await?)
    }

    /// The secret to prove who asks: the stored one, or a token for it.
    async fn credential(
        &self,
        endpoint: &Endpoint,
        deadline: Deadline,
    ) -> Result<Option<Credential>, CallError> {
        let open = |sealed| {
            let opened = self.keys.open(sealed);
            opened.map_err(|error| CallError::new(CallErrorKind::InvalidEndpoint, error.to_string()))
        };
        let secret = match &endpoint.auth {
            Auth::None => return Ok(None),
            Auth::BearerToken { auth_token } => open(auth_token)?,
            Auth::ApiKey(key) => open(&key.auth_token)?,
            Auth::ClientCredentials(client) => {
                let secret = open(&client.client_secret)?;
                let stored = endpoint.last_token(&self.keys);
                self.tokens.get(client, &secret, stored, &self.http, deadline.left()).await?
            }
        };
        Ok(Credential::of(&endpoint.auth, secret))
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("allow", &self.allow)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
