//! How a call proves who asks.

mod check;
mod credential;
mod method;
mod oauth;
mod response;
mod token;
mod tokens;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(super) use credential::Credential;
pub use method::AuthMethod;
pub(super) use token::Token;
pub(super) use tokens::Tokens;

use crate::secrets::Sealed;

/// How a call proves who asks. The secrets in it are sealed; none is in its `Debug`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// By the header `Authorization: Bearer <token>`, or where a header says `{{ auth_token }}`.
    BearerToken {
        /// The token.
        auth_token: Sealed,
    },
    /// By a key in a header or in the query string.
    ApiKey(ApiKey),
    /// By a token that an OAuth2 server gives for an id and a secret.
    ClientCredentials(ClientCredentials),
}

/// A key, and where it goes: to `query`, or to `header` behind `prefix`, or where a header says `{{ auth_token }}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The key.
    pub auth_token: Sealed,
    /// The name of the header; `x-api-key` if neither it nor `query` is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// What stands before the key in the header, with its space: `"Token "`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The name of the query parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

/// The OAuth2 grant `client_credentials` (RFC 6749, 4.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientCredentials {
    /// Where tokens are fetched. Guarded as the endpoint's own URL is.
    pub token_url: String,
    /// Who asks.
    pub client_id: String,
    /// The proof.
    pub client_secret: Sealed,
    /// How id and secret are sent.
    #[serde(default, skip_serializing_if = "AuthMethod::is_default")]
    pub token_endpoint_auth_method: AuthMethod,
    /// What the token shall allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Whom the token is for; not of RFC 6749, but asked for by many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// More fields of the form. Not for secrets.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra_payload: Map<String, Value>,
}
