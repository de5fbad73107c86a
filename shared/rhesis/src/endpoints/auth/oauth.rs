use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use oauth2::basic::BasicClient;
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError, Scope,
    TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use url::{Url, form_urlencoded};

use super::token::Token;
use super::{AuthMethod, ClientCredentials, response};
use crate::endpoints::guard::{Guard, Way};
use crate::endpoints::plain::plain;
use crate::endpoints::wire::Http;
use crate::endpoints::{CallError, CallErrorKind};
use crate::secrets::Mask;

/// The largest answer that is read of a token server, in bytes.
const MAX_RESPONSE: usize = 64 * 1024;

/// The address of the token server, if it may be called.
pub(super) fn token_url(credentials: &ClientCredentials, guard: &Guard) -> Result<(Url, Way), CallError> {
    let url = Url::parse(credentials.token_url.trim())
        .map_err(|error| CallError::invalid("auth.token_url", &format!("is not a URL: {error}")))?;
    let way = guard.check("auth.token_url", &url, ["http", "https"])?;
    Ok((url, way))
}

/// Fetches a token.
pub(super) async fn fetch(
    credentials: &ClientCredentials,
    secret: &SecretString,
    http: &Arc<Http>,
    limit: Duration,
) -> Result<Token, CallError> {
    let (url, way) = token_url(credentials, http.guard())?;
    let client = BasicClient::new(ClientId::new(credentials.client_id.clone()))
        .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
        .set_auth_type(match credentials.token_endpoint_auth_method {
            AuthMethod::ClientSecretPost => AuthType::RequestBody,
            AuthMethod::ClientSecretBasic => AuthType::BasicAuth,
        })
        .set_token_uri(TokenUrl::from_url(url));
    let mut request = client.exchange_client_credentials();
    for scope in &credentials.scopes {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    if let Some(audience) = &credentials.audience {
        request = request.add_extra_param("audience", audience.clone());
    }
    for (name, value) in &credentials.extra_payload {
        request = request.add_extra_param(name.clone(), plain(value));
    }
    let now = SystemTime::now();
    let exchange = Exchange { http: Arc::clone(http), way, limit, mask: mask(secret) };
    let token = request.request_async(&exchange).await.map_err(|error| match error {
        RequestTokenError::Request(error) => error,
        // It is given nothing else to read.
        _ => failed("answered with something that is not an OAuth2 token"),
    })?;
    Ok(Token {
        secret: SecretString::from(token.access_token().secret().clone()),
        expires_at: now + token.expires_in().unwrap_or_default(),
    })
}

/// Finds the secret in what a server says of it, also as HTTP Basic has it.
fn mask(secret: &SecretString) -> Mask {
    let encoded: String = form_urlencoded::byte_serialize(secret.expose_secret().as_bytes()).collect();
    Mask::of([secret.expose_secret(), &encoded])
}

/// How the library sends what it wants to send. A type and not a closure, for only so the future is known to be `Send`.
struct Exchange {
    http: Arc<Http>,
    way: Way,
    limit: Duration,
    mask: Mask,
}

impl<'c> AsyncHttpClient<'c> for Exchange {
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(exchange(self, request))
    }
}

/// Sends the request, and gives the library the answer as RFC 6749 writes it.
async fn exchange(by: &Exchange, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let mut request = reqwest::Request::try_from(request)
        .map_err(|_| CallError::invalid("auth.token_url", "cannot be requested"))?;
    *request.timeout_mut() = Some(by.limit);
    let of_tokens = |mut error: CallError| {
        error.reason = format!("auth.token_url: {}", error.reason);
        // It may quote what it was sent.
        error.response = None;
        error
    };
    let answer = by.http.exchange(by.way, request, MAX_RESPONSE).await.map_err(of_tokens)?;
    if answer.status.is_success() {
        let granted = response::read(&answer.body).map_err(|why| failed(&by.mask.excerpt(why)))?;
        let token = json!({
            "access_token": granted.token, "token_type": "bearer", "expires_in": granted.life.as_secs()
        });
        return Ok(HttpResponse::new(token.to_string().into_bytes()));
    }
    let said = response::refusal(&answer.body).map(|said| by.mask.excerpt(said));
    // 400 and 401 are the protocol's own ways of refusing.
    if matches!(answer.status.as_u16(), 400 | 401) {
        let said = said.unwrap_or_else(|| format!("HTTP {}", answer.status));
        return Err(failed(&format!("refused: {said}")));
    }
    let mut error = of_tokens(answer.refusal());
    error.reason.extend(said.map(|said| format!(", and says: {said}")));
    Err(error)
}

fn failed(why: &str) -> CallError {
    CallError::new(CallErrorKind::Authentication, format!("auth.token_url {why}"))
}
