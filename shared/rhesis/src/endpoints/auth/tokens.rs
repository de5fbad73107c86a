use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex as AsyncMutex;

use super::token::Token;
use super::{ClientCredentials, oauth};
use crate::endpoints::wire::Http;
use crate::endpoints::{CallError, CallErrorKind};

/// Tokens of so many clients are kept.
const MOST: usize = 1000;

/// The tokens that this process has fetched, by client. Calls that need the same one wait for one fetch.
#[derive(Default)]
pub(in crate::endpoints) struct Tokens(Mutex<HashMap<[u8; 32], Slot>>);

type Slot = Arc<AsyncMutex<Known>>;

#[derive(Default)]
struct Known {
    token: Option<Token>,
    /// Was refused by the endpoint, so it is not taken from the row again.
    refused: Option<String>,
    /// Was fetched here, and is in no row yet.
    unsaved: bool,
}

impl Tokens {
    /// A token that is good for a while: the one that is known, else the one of the row, else a new one.
    pub(in crate::endpoints) async fn get(
        &self,
        credentials: &ClientCredentials,
        secret: &SecretString,
        stored: Option<Token>,
        http: &Arc<Http>,
        limit: Duration,
    ) -> Result<SecretString, CallError> {
        let slot = self.slot(credentials);
        let getting = async {
            let mut known = slot.lock().await;
            if let Some(token) = known.token.as_ref().filter(|token| token.is_good()) {
                return Ok(token.secret.clone());
            }
            let usable = |token: &Token| {
                token.is_good() && known.refused.as_deref() != Some(token.secret.expose_secret())
            };
            if let Some(token) = stored.filter(usable) {
                let secret = token.secret.clone();
                known.token = Some(token);
                return Ok(secret);
            }
            let token = oauth::fetch(credentials, secret, http, limit).await?;
            *known = Known { token: Some(token.clone()), refused: None, unsaved: true };
            Ok(token.secret)
        };
        tokio::time::timeout(limit, getting).await.unwrap_or_else(|_| {
            let why = "auth.token_url: no token within the time limit".to_owned();
            Err(CallError::new(CallErrorKind::Timeout, why))
        })
    }

    /// Forgets a token that the endpoint refused, unless another has taken its place.
    pub(in crate::endpoints) async fn forget(&self, credentials: &ClientCredentials, refused: &str) {
        let slot = self.slot(credentials);
        let mut known = slot.lock().await;
        if known.token.as_ref().is_none_or(|token| token.secret.expose_secret() == refused) {
            *known = Known { token: None, refused: Some(refused.to_owned()), unsaved: false };
        }
    }

    /// The token that was fetched since the last time that somebody asked.
    pub(in crate::endpoints) async fn unsaved(&self, credentials: &ClientCredentials) -> Option<Token> {
        let slot = self.slot(credentials);
        let mut known = slot.lock().await;
        std::mem::take(&mut known.unsaved).then(|| known.token.clone()).flatten()
    }

    fn slot(&self, credentials: &ClientCredentials) -> Slot {
        // The sealed secret is in it, and no two sealings are equal: no tenant can hit upon another's slot.
        let json =
            serde_json::to_vec(credentials).unwrap_or_else(|error| unreachable!("it is JSON: {error}"));
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = Sha256::digest(json).into();
        if slots.len() >= MOST && !slots.contains_key(&key) {
            slots.clear();
        }
        slots.entry(key).or_default().clone()
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(***)")
    }
}
