use std::collections::HashMap;
use std::time::Duration;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Url;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::fetch;

/// How long keys are used before they are fetched again, known or not: a key that was withdrawn is trusted no longer.
const FRESH: Duration = Duration::from_secs(3600);

/// The least time between two fetches after one that did not succeed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// An issuer's public keys, kept between requests.
pub(super) struct Keys {
    client: reqwest::Client,
    url: Url,
    pause: Duration,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: HashMap<String, (Algorithm, DecodingKey)>,
    fetched: Option<Instant>,
    tried: Option<Instant>,
}

/// What is known of a key.
pub(super) enum Found {
    Key(DecodingKey),
    /// The issuer has no such key for this algorithm.
    None,
    /// The issuer could not be asked.
    Unknown,
}

impl Keys {
    /// The keys at `url`, asked for an unknown one at most once per `pause`.
    pub(super) fn new(url: Url, pause: Duration) -> Result<Self, reqwest::Error> {
        Ok(Self { client: fetch::client()?, url, pause, kept: Mutex::default() })
    }

    pub(super) async fn find(&self, id: &str, algorithm: Algorithm) -> Found {
        let mut kept = self.kept.lock().await;
        let now = Instant::now();
        let stale = kept.fetched.is_none_or(|at| now - at >= FRESH);
        if (stale || !kept.keys.contains_key(id)) && kept.may_try(now, self.pause) {
            kept.tried = Some(now);
            match fetch::keys(&self.client, &self.url).await {
                Ok(keys) => {
                    kept.keys = keys.into_iter().filter_map(usable).collect();
                    kept.fetched = Some(now);
                }
                Err(error) => tracing::error!(error, "issuer's keys not fetched"),
            }
        }
        match kept.keys.get(id) {
            Some((of, key)) if *of == algorithm => Found::Key(key.clone()),
            Some(_) => Found::None,
            None if kept.failed() => Found::Unknown,
            None => Found::None,
        }
    }
}

impl Kept {
    fn failed(&self) -> bool {
        self.tried != self.fetched
    }

    fn may_try(&self, now: Instant, pause: Duration) -> bool {
        let pause = if self.failed() { AFTER_FAILURE.min(pause) } else { pause };
        self.tried.is_none_or(|tried| now - tried >= pause)
    }
}

/// A key that can verify one of our algorithms, by its id. What else an issuer publishes is none of our business.
fn usable(value: Value) -> Option<(String, (Algorithm, DecodingKey))> {
    let key: Jwk = serde_json::from_value(value).ok()?;
    let (algorithm, name) = match &key.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    let signs = key.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let agrees = key.common.key_algorithm.is_none_or(|of| of == name);
    let id = key.common.key_id.clone().filter(|_| signs && agrees)?;
    Some((id, (algorithm, DecodingKey::from_jwk(&key).ok()?)))
}
