use rhesis::endpoints::{ApiKey, Auth, AuthMethod, ClientCredentials};
use rhesis::secrets::{Keys, MASKED, Sealed};
use serde_json::{Map, Value};

use super::auth_fields::{ApiKeyFields, BearerToken, ClientCredentialsFields};
use super::secrets::sealed;
use crate::answer::problem::Problem;
use crate::request::body::{NoFields, Object, object};
use crate::request::options::text;

/// `{"type": …}` with the fields of the type; its secrets come out sealed.
pub(super) fn read(value: Value, keys: &Keys, before: Option<&Auth>) -> Result<Auth, Problem> {
    let mut fields = object(value)?;
    let secret = Secret { keys, before };
    let kind = fields.read("type", text)?.unwrap_or_default();
    match kind.as_str() {
        "none" => fields.only(NoFields::FIELDS).map(|()| Auth::None),
        "bearer_token" => {
            fields.only(BearerToken::FIELDS)?;
            Ok(Auth::BearerToken { auth_token: secret.take(&mut fields, "auth_token")? })
        }
        "api_key" => {
            fields.only(ApiKeyFields::FIELDS)?;
            Ok(Auth::ApiKey(ApiKey {
                auth_token: secret.take(&mut fields, "auth_token")?,
                header: fields.read("header", text)?,
                prefix: fields.read("prefix", text)?,
                query: fields.read("query", text)?,
            }))
        }
        "client_credentials" => {
            fields.only(ClientCredentialsFields::FIELDS)?;
            Ok(Auth::ClientCredentials(ClientCredentials {
                token_url: needed(&mut fields, "token_url")?,
                client_id: needed(&mut fields, "client_id")?,
                client_secret: secret.take(&mut fields, "client_secret")?,
                token_endpoint_auth_method: fields
                    .read("token_endpoint_auth_method", method)?
                    .unwrap_or_default(),
                scopes: fields.read("scopes", words)?.unwrap_or_default(),
                audience: fields.read("audience", text)?,
                extra_payload: fields.read("extra_payload", payload)?.unwrap_or_default(),
            }))
        }
        _ => Err(Problem::invalid("type", "must be none, bearer_token, api_key or client_credentials")),
    }
}

/// The secret that says that it stays what it was, if one does.
pub(super) fn stays(value: &Value) -> Option<&'static str> {
    ["auth_token", "client_secret"].into_iter().find(|name| value[name] == MASKED)
}

struct Secret<'a> {
    keys: &'a Keys,
    before: Option<&'a Auth>,
}

impl Secret<'_> {
    fn take(&self, fields: &mut Object, name: &str) -> Result<Sealed, Problem> {
        let before = self.before.and_then(|auth| stored(auth, name));
        sealed(name, needed(fields, name)?, self.keys, before)
    }
}

/// The secret of this name, whatever the type.
fn stored<'a>(auth: &'a Auth, name: &str) -> Option<&'a Sealed> {
    match auth {
        Auth::BearerToken { auth_token } if name == "auth_token" => Some(auth_token),
        Auth::ApiKey(key) if name == "auth_token" => Some(&key.auth_token),
        Auth::ClientCredentials(client) if name == "client_secret" => Some(&client.client_secret),
        _ => None,
    }
}

fn needed(fields: &mut Object, name: &str) -> Result<String, Problem> {
    let given = fields.read(name, text)?.filter(|text| !text.trim().is_empty());
    given.ok_or_else(|| Problem::invalid(name, "is missing"))
}

fn method(field: &str, value: Value) -> Result<AuthMethod, Problem> {
    let word = value.as_str().unwrap_or_default();
    let known = || AuthMethod::ALL.map(AuthMethod::as_str).join(" or ");
    AuthMethod::from_word(word).ok_or_else(|| Problem::invalid(field, format!("must be {}", known())))
}

fn words(field: &str, value: Value) -> Result<Vec<String>, Problem> {
    serde_json::from_value(value).map_err(|_| Problem::invalid(field, "must be a list of texts"))
}

fn payload(field: &str, value: Value) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Problem::invalid(field, "must be an object")),
    }
}
