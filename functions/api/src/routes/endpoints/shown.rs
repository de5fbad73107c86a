use rhesis::endpoints::{Auth, Stored};
use rhesis::secrets::MASKED;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// An endpoint without its secrets.
pub(crate) struct Shown(pub(super) Stored);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        shown(&self.0).serialize(serializer)
    }
}

fn shown(stored: &Stored) -> Value {
    let endpoint = &stored.endpoint;
    json!({
        "id": stored.id,
        "name": stored.name,
        "protocol": endpoint.protocol.as_str(),
        "method": endpoint.method,
        "url": endpoint.url,
        "endpoint_path": endpoint.path,
        "request_headers": endpoint.headers,
        "query_params": endpoint.query,
        "request_body_template": endpoint.template,
        "response_mappings": endpoint.mappings,
        "timeout_seconds": endpoint.timeout_seconds,
        "auth": auth(&endpoint.auth),
        "created_at": stored.created_at,
        "updated_at": stored.updated_at,
    })
}

fn auth(auth: &Auth) -> Value {
    let mut shown = json!(auth);
    for secret in ["auth_token", "client_secret"] {
        if let Some(value) = shown.get_mut(secret) {
            *value = MASKED.into();
        }
    }
    shown
}
