use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use rhesis::tokens::{self, Identity};
use store::Tenant;
use uuid::Uuid;

use crate::App;
use crate::answer::problem::Problem;
use crate::middleware::log;

/// An API token longer than this is not ours, and not worth a hash.
const LONGEST_TOKEN: usize = 256;

/// A signed token longer than this is not worth a look; API Gateway takes 10 KiB of headers in all.
const LONGEST_SIGNED: usize = 8 * 1024;

/// Who asks, as the token of the header `Authorization: Bearer …` says: an API token `rh-…`, or a signed one.
///
/// What API Gateway's authorizers say of the caller is not looked at: the token itself is verified, here, every time.
///
/// The first argument of every route that needs it: nothing else of a request is read before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// The user.
    pub(crate) user_id: Uuid,
    /// The user's organization.
    pub(crate) organization_id: Uuid,
}

impl Caller {
    /// Who a token speaks for that came in another way than by the header.
    pub(crate) async fn of_token(app: &App, token: &str) -> Result<Self, Problem> {
        match recognized(token) {
            Some(credential) => Self::of_credential(app, credential).await,
            None => Err(Problem::unauthorized("This is neither an API token (rh-…) nor a signed one.")),
        }
    }

    /// Who a user of an organization is, once somebody has proved it.
    pub(crate) fn of_identity(identity: Identity) -> Self {
        log::organization(identity.organization_id);
        Self { user_id: identity.user_id, organization_id: identity.organization_id }
    }

    async fn of_credential(app: &App, credential: Credential<'_>) -> Result<Self, Problem> {
        let identity = match credential {
            Credential::Api(token) => app
                .store
                .ask(async |connection| tokens::authenticate(connection, token).await)
                .await?
                .ok_or_else(|| Problem::unauthorized("The token is unknown, expired or revoked."))?,
            Credential::Signed(token) => {
                let user = app.identity.user(&app.store, token).await?;
                let organization_id = user
                    .organization_id
                    .ok_or_else(|| Problem::forbidden("User is not associated with an organization"))?;
                Identity { user_id: user.user_id, organization_id }
            }
        };
        Ok(Self::of_identity(identity))
    }

    /// Whose rows a transaction on behalf of this caller sees.
    pub(crate) fn tenant(self) -> Tenant {
        Tenant { organization_id: Some(self.organization_id), user_id: Some(self.user_id) }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // Put there by the console, which has looked at a session; no request from outside brings any.
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(*caller);
        }
        let credential = bearer(&parts.headers)
            .ok_or_else(|| Problem::unauthorized("There is no header Authorization: Bearer with a token."))?;
        Self::of_credential(app, credential).await
    }
}

/// What a request brings to say who asks.
#[derive(Debug, PartialEq, Eq)]
enum Credential<'a> {
    /// One of our API tokens, by its looks.
    Api(&'a str),
    /// A signed token, by its looks: three parts of base64url.
    Signed(&'a str),
}

/// The credential, if there is exactly one and it looks like one of those we know.
fn bearer(headers: &HeaderMap) -> Option<Credential<'_>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    recognized(token.trim_matches(' '))
}

/// Which kind of token a text is, by its looks.
fn recognized(token: &str) -> Option<Credential<'_>> {
    let legible = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if let Some(ours) = token.strip_prefix(tokens::PREFIX) {
        return (token.len() <= LONGEST_TOKEN && legible(ours)).then_some(Credential::Api(token));
    }
    let signed =
        token.len() <= LONGEST_SIGNED && token.split('.').count() == 3 && token.split('.').all(legible);
    signed.then_some(Credential::Signed(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        bearer(&headers).map(|credential| match credential {
            Credential::Api(token) => format!("api {token}"),
            Credential::Signed(token) => format!("signed {token}"),
        })
    }

    #[test]
    fn the_scheme_is_read_in_any_case_and_the_token_as_it_stands() {
        assert_eq!(read(&["Bearer rh-aB_-9"]).unwrap(), "api rh-aB_-9");
        assert_eq!(read(&["bearer  rh-x"]).unwrap(), "api rh-x");
        assert_eq!(read(&["Bearer eyJ.e30.x-_"]).unwrap(), "signed eyJ.e30.x-_");
    }

    #[test]
    fn whatever_is_not_one_bearer_token_that_we_know_is_none() {
        let long = format!("Bearer rh-{}", "x".repeat(254));
        let longer = format!("Bearer a.b.{}", "x".repeat(8189));
        let wrong =
            ["", "Bearer", "Bearer ", "rh-x", "Basic rh-x", "Bearer x", "Bearer rh-", "Bearer rh-a,rh-b"];
        let unsigned = ["Bearer a.b.", "Bearer a.b", "Bearer a.b.c.d", "Bearer a.b.c d", "Basic a.b.c"];
        for value in wrong.into_iter().chain(unsigned).chain([long.as_str(), longer.as_str()]) {
            assert_eq!(read(&[value]), None, "{value:?}");
        }
        assert_eq!(read(&["Bearer rh-x", "Bearer rh-x"]), None);
        assert_eq!(read(&[]), None);
    }
}
