//! Servers of OAuth2 tokens as they are: how they answer, and how clients prove themselves.

use axum::Router;
use axum::extract::Form;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use rhesis::endpoints::{Allow, Auth, AuthMethod, CallErrorKind, Client, ClientCredentials, Endpoint};
use rhesis::secrets::Keys;
use serde_json::json;

use crate::servers::serving;

const KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const SECRET: &str = "s3/cr+3t:välue";

/// What a token server answers to headers and form.
type Answer = fn(&HeaderMap, &[(String, String)]) -> Response;

fn client() -> Client {
    let allow = Allow::this_machine();
    Client::builder().allow(allow).keys(Keys::parse(KEY).unwrap()).build().unwrap()
}

/// An endpoint that takes the token `t0k3n-of-the-server`, and a token server that answers this.
async fn behind(method: AuthMethod, answer: Answer) -> Endpoint {
    let token =
        async move |headers: HeaderMap, Form(form): Form<Vec<(String, String)>>| answer(&headers, &form);
    let ask = async |headers: HeaderMap| match headers.get(header::AUTHORIZATION) {
        Some(said) if said == "Bearer t0k3n-of-the-server" => {
            (StatusCode::OK, json!({"output": "hello"}).to_string())
        }
        _ => (StatusCode::FORBIDDEN, String::new()),
    };
    let mut endpoint = serving(Router::new().route("/token", post(token)).fallback(ask)).await;
    endpoint.auth = Auth::ClientCredentials(ClientCredentials {
        token_url: format!("{}/token", endpoint.url),
        client_id: "my:client".to_owned(),
        client_secret: Keys::parse(KEY).unwrap().seal(&SECRET.into()).unwrap(),
        token_endpoint_auth_method: method,
        scopes: Vec::new(),
        audience: None,
        extra_payload: serde_json::Map::new(),
    });
    endpoint
}

#[tokio::test]
async fn a_token_is_taken_from_servers_that_do_not_keep_to_the_letter() {
    let answers: [Answer; 3] = [
        |_, _| {
            let body = "{\"access_token\": \"t0k3n-of-the-server\", \"expires_in\": \"3599\"}";
            ([(header::CONTENT_TYPE, "text/plain")], body).into_response()
        },
        |_, _| {
            let body = "\u{feff}{\"access_token\": \"t0k3n-of-the-server\", \"expires_in\": 3600.0, \"scope\": [\"a\"]}";
            (StatusCode::CREATED, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
        },
        |_, _| "access_token=t0k3n-of-the-server&token_type=bearer&expires_in=60".into_response(),
    ];
    for answer in answers {
        let endpoint = behind(AuthMethod::ClientSecretPost, answer).await;
        let output = client().call(&endpoint, "x").await.unwrap().output();
        assert_eq!(output.as_deref(), Some("hello"));
    }
}

#[tokio::test]
async fn a_client_proves_itself_in_the_form_or_by_http_basic() {
    let answer: Answer = |headers, form| {
        let has = |name: &str| form.iter().any(|(key, _)| key == name);
        // RFC 6749, 2.3.1: id and secret are encoded as in a form before they stand in the header.
        let basic = "Basic bXklM0FjbGllbnQ6czMlMkZjciUyQjN0JTNBdiVDMyVBNGx1ZQ==";
        let by_header = headers.get(header::AUTHORIZATION).is_some_and(|said| said == basic);
        match (by_header, has("client_id") || has("client_secret")) {
            (true, false) => json!({"access_token": "t0k3n-of-the-server", "scope": "by header"}),
            (false, true) => json!({"access_token": "t0k3n-of-the-server", "scope": "by form"}),
            both => json!({"error": format!("{both:?}")}),
        }
        .to_string()
        .into_response()
    };
    for method in AuthMethod::ALL {
        let endpoint = behind(method, answer).await;
        assert_eq!(
            client().call(&endpoint, "x").await.unwrap().output().as_deref(),
            Some("hello"),
            "{method:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_says_why_in_the_servers_words_without_the_secret() {
    for (method, status) in [
        (AuthMethod::ClientSecretPost, 400),
        (AuthMethod::ClientSecretBasic, 401),
        (AuthMethod::ClientSecretPost, 403),
    ] {
        let answer: Answer = |headers, form| {
            let said = format!("{form:?} {:?}", headers.get(header::AUTHORIZATION));
            let status = if form.iter().any(|(name, _)| name == "client_secret") { 400 } else { 401 };
            let body =
                json!({"error": "invalid_client", "error_description": format!("who are you? {said}")});
            (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
        };
        let forbidding: Answer = |_, _| {
            (StatusCode::FORBIDDEN, json!({"message": format!("no {SECRET}")}).to_string()).into_response()
        };
        let endpoint = behind(method, if status == 403 { forbidding } else { answer }).await;
        let error = client().call(&endpoint, "x").await.unwrap_err();
        let all = format!("{error} {error:?} {}", error.to_json());
        for spelling in [SECRET, "s3%2Fcr%2B3t%3Av%C3%A4lue", "czMlMkZjciUyQjN0", "välue"] {
            assert!(!all.contains(spelling), "{spelling}: {all}");
        }
        let (kind, said) = match status {
            403 => (CallErrorKind::Http, "auth.token_url: HTTP 403 Forbidden, and says: no ***"),
            _ => (CallErrorKind::Authentication, "auth.token_url refused: invalid_client: who are you? "),
        };
        assert_eq!(error.kind, kind);
        assert!(error.reason.starts_with(said) && error.reason.len() < 400, "{}", error.reason);
    }
}
