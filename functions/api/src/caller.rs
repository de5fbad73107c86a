use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use rhesis::tokens;
use store::Tenant;
use uuid::Uuid;

use crate::problem::Problem;
use crate::{App, log};

/// A credential longer than this is not ours, and not worth a hash.
const LONGEST_TOKEN: usize = 256;

/// Who asks, as the token of the header `Authorization: Bearer rh-…` says.
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
    /// Whose rows a transaction on behalf of this caller sees.
    pub(crate) fn tenant(self) -> Tenant {
        Tenant { organization_id: Some(self.organization_id), user_id: Some(self.user_id) }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)
            .ok_or_else(|| Problem::unauthorized("There is no header Authorization: Bearer rh-…"))?;
        let identity = tokens::authenticate(app.store.pool().await?, token)
            .await?
            .ok_or_else(|| Problem::unauthorized("The token is unknown, expired or revoked."))?;
        log::organization(identity.organization_id);
        Ok(Self { user_id: identity.user_id, organization_id: identity.organization_id })
    }
}

/// The token, if there is exactly one and it looks like one of ours.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_matches(' ');
    let ours = token.strip_prefix(tokens::PREFIX)?;
    let legible = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let plausible = !ours.is_empty() && token.len() <= LONGEST_TOKEN && ours.bytes().all(legible);
    (scheme.eq_ignore_ascii_case("bearer") && plausible).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn the_scheme_is_read_in_any_case_and_the_token_as_it_stands() {
        assert_eq!(read(&["Bearer rh-aB_-9"]).unwrap(), "rh-aB_-9");
        assert_eq!(read(&["bearer  rh-x"]).unwrap(), "rh-x");
    }

    #[test]
    fn whatever_is_not_one_bearer_token_of_ours_is_none() {
        let long = format!("Bearer rh-{}", "x".repeat(254));
        let wrong =
            ["", "Bearer", "Bearer ", "rh-x", "Basic rh-x", "Bearer x", "Bearer rh-", "Bearer rh-a,rh-b"];
        for value in wrong.into_iter().chain([long.as_str()]) {
            assert_eq!(read(&[value]), None, "{value:?}");
        }
        assert_eq!(read(&["Bearer rh-x", "Bearer rh-x"]), None);
        assert_eq!(read(&[]), None);
    }
}
