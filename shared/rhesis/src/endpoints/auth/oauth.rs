use std::pin::Pin;
use std::time::{Duration, SystemTime};

use oauth2::basic::BasicClient;
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError, Scope,
    TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::ClientCredentials;
use super::token::Token;
use crate::endpoints::guard::{Guard, Way};
use crate::endpoints::http::Http;
use crate::endpoints::plain::plain;
use crate::endpoints::{CallError, CallErrorKind};

/// How long a token is good for if its server does not say.
const USUAL_LIFE: Duration = Duration::from_secs(3600);
/// And however long it says, it is fetched anew after this.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
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
    http: &Http,
    limit: Duration,
) -> Result<Token, CallError> {
    let (url, way) = token_url(credentials, http.guard())?;
    let client = BasicClient::new(ClientId::new(credentials.client_id.clone()))
        .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
        .set_auth_type(AuthType::RequestBody)
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
    let exchange = Exchange { http: http.clone(), way, limit };
    let token = request.request_async(&exchange).await.map_err(|error| match error {
        RequestTokenError::Request(error) => error,
        // The server's own words about it are not repeated: they may quote what it was sent.
        RequestTokenError::ServerResponse(refusal) => failed(&format!("refused: {}", refusal.error())),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            failed("answered with something that is not an OAuth2 token")
        }
    })?;
    Ok(Token {
        secret: SecretString::from(token.access_token().secret().clone()),
        expires_at: now + token.expires_in().unwrap_or(USUAL_LIFE).min(LONGEST_LIFE),
    })
}

/// How the library sends what it wants to send. A type and not a closure, for only so the future is known to be `Send`.
struct Exchange {
    http: Http,
    way: Way,
    limit: Duration,
}

impl<'c> AsyncHttpClient<'c> for Exchange {
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(exchange(&self.http, self.way, request, self.limit))
    }
}

async fn exchange(
    http: &Http,
    way: Way,
    request: HttpRequest,
    limit: Duration,
) -> Result<HttpResponse, CallError> {
    let mut request = reqwest::Request::try_from(request)
        .map_err(|_| CallError::invalid("auth.token_url", "cannot be requested"))?;
    *request.timeout_mut() = Some(limit);
    let of_tokens = |mut error: CallError| {
        error.reason = format!("auth.token_url: {}", error.reason);
        // It may quote what it was sent.
        error.response = None;
        error
    };
    let answer = http.exchange(way, request, MAX_RESPONSE).await.map_err(of_tokens)?;
    // 400 and 401 are the protocol's own ways of refusing, with an error code in the body.
    if !matches!(answer.status.as_u16(), 200..300 | 400 | 401) {
        return Err(of_tokens(answer.refusal()));
    }
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

fn failed(why: &str) -> CallError {
    CallError::new(CallErrorKind::Authentication, format!("auth.token_url {why}"))
}
