use reqwest::header::{HeaderName, HeaderValue};

use super::oauth::token_url;
use super::{ApiKey, Auth, ClientCredentials};
use crate::endpoints::CallError;
use crate::endpoints::guard::Guard;
use crate::endpoints::names::{is_ours, looks_secret, sounds_secret};
use crate::endpoints::plain::plain;
use crate::endpoints::request::is_template;

impl Auth {
    /// Whether everything that can be known without calling is right.
    pub(in crate::endpoints) fn check(&self, guard: &Guard) -> Result<(), CallError> {
        match self {
            Self::None | Self::BearerToken { .. } => Ok(()),
            Self::ApiKey(key) => key.check(),
            Self::ClientCredentials(credentials) => credentials.check(guard),
        }
    }
}

/// Refuses what looks like a template: it would be sent with its braces.
fn is_plain(field: &str, text: &str) -> Result<(), CallError> {
    match is_template(text) {
        true => Err(CallError::invalid(&format!("auth.{field}"), "is no template")),
        false => Ok(()),
    }
}

impl ApiKey {
    fn check(&self) -> Result<(), CallError> {
        let refuse = |field: &str, why: &str| Err(CallError::invalid(&format!("auth.{field}"), why));
        is_plain("query", self.query.as_deref().unwrap_or_default())?;
        is_plain("prefix", self.prefix.as_deref().unwrap_or_default())?;
        if let Some(name) = &self.query {
            if name.trim().is_empty() {
                return refuse("query", "must be the name of a query parameter");
            }
            if self.header.is_some() || self.prefix.is_some() {
                return refuse("query", "cannot stand beside header or prefix");
            }
        }
        if let Some(name) = &self.header
            && (HeaderName::from_bytes(name.as_bytes()).is_err() || is_ours(name))
        {
            return refuse("header", "must be the name of a header that a request may have");
        }
        match &self.prefix {
            Some(prefix) if HeaderValue::from_str(prefix).is_err() => {
                refuse("prefix", "holds a character that no header may hold")
            }
            _ => Ok(()),
        }
    }
}

impl ClientCredentials {
    fn check(&self, guard: &Guard) -> Result<(), CallError> {
        token_url(self, guard)?;
        is_plain("token_url", &self.token_url)?;
        is_plain("client_id", &self.client_id)?;
        is_plain("audience", self.audience.as_deref().unwrap_or_default())?;
        self.scopes.iter().try_for_each(|scope| is_plain("scopes", scope))?;
        let refuse = |field: &str, why: &str| Err(CallError::invalid(&format!("auth.{field}"), why));
        if self.client_id.trim().is_empty() {
            return refuse("client_id", "must not be empty");
        }
        if self.scopes.iter().any(|scope| scope.is_empty() || scope.contains(char::is_whitespace)) {
            return refuse("scopes", "must be a list of words without spaces");
        }
        for (name, value) in &self.extra_payload {
            let field = format!("extra_payload.{name}");
            is_plain(&field, name)?;
            is_plain(&field, &plain(value))?;
            if sounds_secret(name) || looks_secret(name, &plain(value)) {
                return refuse(&field, "sounds like a secret, which belongs into client_secret");
            }
            if ["grant_type", "client_id", "scope", "audience"].contains(&name.as_str()) {
                return refuse(&field, "is sent by auth's own fields");
            }
            if plain(value).is_empty() || value.is_object() || value.is_array() || value.is_null() {
                return refuse(&field, "must be a text, a number, true or false");
            }
        }
        Ok(())
    }
}
