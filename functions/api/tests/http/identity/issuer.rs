use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api::{Identity, Issuer};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// Keys of these tests alone, in DER.
const RSA: &str = concat!(
    "MIIEogIBAAKCAQEAuA9JFh0eq39TmCD339ukdIMgNmJEFtyHNt/Naukae0CaUlrPWFFxTQF3GRZ+wDiMUPEDjOgUQDFFrI3eePoW",
    "nT1IMK3mRBPESw2CKYxnGGcmNALOSeSF9dO79BRpSkB5+DGRKUEhitq3RZFKWhNJR4IBshpxgYnTNkAYDRGbItj7MnQdJP4foJnD",
    "VnJNMnnKIO/6GXZP2KsbXd7A06dOOOVh8tVh6ucohArWaRhFzu9nTdz+ExBWa4jPL1uEq8/LS0q5YK9CjcYbSh+hwL42Jr9x5JrY",
    "ZWNgL5g5IDnJMn5ptGy1RkaDCdpMC++wYXEXmjgdy79aJbb4dIFk/xhX8QIDAQABAoIBAAFbzYaOAvixmSidj67VlHZutFlqasW/",
    "bXkUeFPycglYXfs/I9orSbqPiPVEsv1QvYpoaQYMfX/GzVSbfHmooOuatPJ1CibU/YUvTZdoa6dktYW7QpINj4aTwEaqMufDJ5NT",
    "LFbhXfHEMQegrauSCl+ugDw0EUPrREWZfgP0rhA5BhDFVe+HNA9vwX5hoWEA/FUZG+smdSDEQpizguIO8OctVqRSaP2eFbefU0j1",
    "vXkIsyRA+3E3Diiyt5+7WeMiAs0Cwwg88NKxTge/gUo/rjRqoEneBnIHox2bX6vXkc3iS/6yXCQiGWuZKMVw6FJUiOTetalX9rBL",
    "EY61c2Ttp8UCgYEA9jB8O0X771lskgVe7GZbJlN6chzyS+AP7qKAQ1DvMTTKqsslQcIrfH7ZYsgz6f29voW9QkJkZeiHq19YwWAK",
    "anhXj13O0+Qn0IBbkkccItisDE3Wz40pdiWdyDOXsKBfX2ntjhHzCdOvwafycdeuYVjXonadOFt9sNRNUu+EhP0CgYEAv2T7FJ0u",
    "mDEMJ5YSDLdJuVK3Rn48KWz08kafq2G8w6a0iyWLLkzxeRuHftr1VCGKeMgO9cpSklAAkpMIp0HFJhJJzDX1b4SjmTbDHTt3w5v1",
    "H7z3d0kqn2zP01+bRXHrPifpNgaOL65AkkaGKvbaAqSL/eJc/QHJKyq3hZ9cawUCgYAa4ahvAHFF7UnBl/yJa5PAV5UjKK38Qvb6",
    "Y5wFvaygftcyVwQ2bfE5otAxzRJ+FkrFpuzHc2BrEDzgJYUXeFkqzwEgkmmnEV6XkaxuCH22AFqo7UbrWsqQMANOfPOvQZOoY3Sg",
    "8qzLAeZLCv+aFqbf0keZYcJBCRxsVoIq8CRUMQKBgDZyr8sJfDvnmCGa27+qVNrX4TO4rbzLNlPGK55By8WNI0eCgrnFQdzGLCG2",
    "gJxSfmYl47ugtyTQhZktIwUR/Nf70+q4Xv4+qZvorFEgnc2UDIPe6jeRJQL9nZHwXOfApL+l8v5flwuRcuUqEvkeCJ8/2GN9hh6j",
    "52rUWCk3UL9RAoGAD/y/8TV5hmHhmzoDQedD0xgvct9eHOrkodvxnjSJCNV52Mva8ftenJwDvzS6Nmpf1lRQ/hvny96UX65F/dIg",
    "+2+/9kXkobg8yn+fdXAwW/jOy4cg4H6/YQo6avcNw6LQ//ExkyD9Eei/PJZfovNsBG05fslgCQ2onHfN1Eqi5IQ=",
);
const EC: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZAnGVWetXRI5ghiJ82LA2lTQKxvS/uLx8eyTEYihAB6hRANCAAQH",
    "l8t5M317IcTIqSPm3Z0jcYLzMC+jpDFKZSoyvsnu9h3u0RoSTiYQFdJpY9Ny+hMptimWAsj1RRHWNGkxVJsb",
);

pub(crate) const NAME: &str = "https://issuer.test/pool";
pub(crate) const AUDIENCE: &str = "our-client";

/// An issuer on this machine: it publishes the keys that it is told to, and counts how often it is asked.
#[derive(Clone)]
pub(crate) struct Stub {
    url: String,
    keys: Arc<Mutex<Vec<Value>>>,
    status: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
}

impl Stub {
    /// Publishes the RSA key as `one`.
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stub = Self {
            url: format!("http://{}/jwks.json", listener.local_addr().unwrap()),
            keys: Arc::default(),
            status: Arc::new(AtomicU16::new(200)),
            asked: Arc::default(),
        };
        stub.publish(Algorithm::RS256, "one");
        let shared = stub.clone();
        let answer = move || {
            shared.asked.fetch_add(1, Ordering::SeqCst);
            let status = StatusCode::from_u16(shared.status.load(Ordering::SeqCst)).unwrap();
            let keys = shared.keys.lock().unwrap().clone();
            async move { (status, Json(json!({ "keys": keys }))) }
        };
        let router = Router::new().route("/jwks.json", get(answer));
        tokio::spawn(async { axum::serve(listener, router).await });
        stub
    }

    /// The way in that this issuer opens; it is asked for unknown keys at most once per `pause`.
    pub(crate) fn identity(&self, pause: Duration) -> Identity {
        let issuer = Issuer::with_pause(NAME, AUDIENCE, self.url.parse().unwrap(), pause).unwrap();
        Identity { session: None, issuer: Some(Arc::new(issuer)) }
    }

    /// Publishes one more key.
    pub(crate) fn publish(&self, algorithm: Algorithm, id: &str) {
        let mut key = Jwk::from_encoding_key(&private(algorithm), algorithm).unwrap();
        key.common.key_id = Some(id.into());
        self.keys.lock().unwrap().push(serde_json::to_value(key).unwrap());
    }

    pub(crate) fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn private(algorithm: Algorithm) -> EncodingKey {
    match algorithm {
        Algorithm::RS256 | Algorithm::RS512 => EncodingKey::from_rsa_der(&STANDARD.decode(RSA).unwrap()),
        _ => EncodingKey::from_ec_der(&STANDARD.decode(EC).unwrap()),
    }
}

/// Signs claims with the private key of an algorithm.
pub(crate) fn sign(algorithm: Algorithm, id: Option<&str>, claims: &Value) -> String {
    let header = Header { kid: id.map(str::to_owned), ..Header::new(algorithm) };
    encode(&header, claims, &private(algorithm)).unwrap()
}

/// The public key of the RSA pair, as a confused verifier would take it for a secret.
pub(crate) fn public_key() -> Vec<u8> {
    let key = Jwk::from_encoding_key(&private(Algorithm::RS256), Algorithm::RS256).unwrap();
    serde_json::to_vec(&key).unwrap()
}

/// Claims that are good for an hour, changed by `change`; null takes one out.
pub(crate) fn claims(subject: &str, change: &Value) -> Value {
    let mut claims = json!({ "iss": NAME, "aud": AUDIENCE, "sub": subject, "exp": now() + 3600 });
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// Seconds of the epoch.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
