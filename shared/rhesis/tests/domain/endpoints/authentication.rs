//! How calls prove who asks, and that their secrets stay with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use rhesis::cases;
use rhesis::endpoints::{
    Allow, ApiKey, Auth, AuthMethod, CallErrorKind, Client, ClientCredentials, Endpoint, keep_token,
};
use rhesis::runs;
use rhesis::secrets::{Keys, Sealed};
use serde_json::{Map, Value, json};
use testing::Database;
use uuid::Uuid;

use crate::servers::{answering, serving};
use crate::world::{World, column};

const KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const SECRET: &str = "s3cr3t-value";

fn client() -> Client {
    let allow = Allow::this_machine();
    Client::builder().allow(allow).keys(Keys::parse(KEY).unwrap()).build().unwrap()
}

fn sealed() -> Sealed {
    Keys::parse(KEY).unwrap().seal(&SECRET.into()).unwrap()
}

/// Answers the URI and the headers `authorization` and `x-…` of a call, where the secret says `SECRET`.
async fn mirror() -> Endpoint {
    let router = Router::new().fallback(async |uri: Uri, headers: HeaderMap| {
        let own = |name: &str| name == "authorization" || name.starts_with("x-");
        let mut said = vec![uri.to_string()];
        for (name, value) in headers.iter().filter(|(name, _)| own(name.as_str())) {
            said.push(format!("{name}={}", value.to_str().unwrap()));
        }
        let shouted = said.join(" ").replace(SECRET, "SECRET");
        json!({"output": shouted}).to_string()
    });
    serving(router).await
}

async fn said(auth: Auth, headers: Value) -> String {
    let mut endpoint = mirror().await;
    endpoint.auth = auth;
    endpoint.headers = headers.as_object().unwrap().clone();
    client().call(&endpoint, "x").await.unwrap().output().unwrap()
}

fn key(header: Option<&str>, prefix: Option<&str>, query: Option<&str>) -> Auth {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Auth::ApiKey(ApiKey {
        auth_token: sealed(),
        header: owned(header),
        prefix: owned(prefix),
        query: owned(query),
    })
}

#[tokio::test]
async fn the_secret_goes_where_it_is_said_to_go() {
    let bearer = || Auth::BearerToken { auth_token: sealed() };
    assert_eq!(said(Auth::None, json!({})).await, "/");
    assert_eq!(said(bearer(), json!({})).await, "/ authorization=Bearer SECRET");
    assert_eq!(said(key(None, None, None), json!({})).await, "/ x-api-key=SECRET");
    assert_eq!(said(key(Some("X-A"), Some("Key "), None), json!({})).await, "/ x-a=Key SECRET");
    assert_eq!(said(key(None, None, Some("k")), json!({})).await, "/?k=SECRET");
    let placed = json!({"X-Mine": "it is {{ auth_token }}"});
    assert_eq!(said(bearer(), placed).await, "/ x-mine=it is SECRET", "and nowhere else");
}

#[tokio::test]
async fn no_error_and_no_answer_holds_the_secret() {
    let loud = Router::new().fallback(async |headers: HeaderMap, uri: Uri| {
        let all = format!("{uri} {headers:?}");
        if uri.path() == "/bad" {
            (StatusCode::BAD_REQUEST, all)
        } else {
            (StatusCode::OK, json!({"output": all}).to_string())
        }
    });
    let mut endpoint = serving(loud).await;
    for auth in [key(Some("x-odd"), None, None), key(None, None, Some("odd"))] {
        endpoint.auth = auth;
        endpoint.path = Some("bad".to_owned());
        let error = client().call(&endpoint, "x").await.unwrap_err();
        assert_eq!(error.status, Some(400));
        assert!(!format!("{error} {error:?} {}", error.to_json()).contains(SECRET), "{error:?}");
        endpoint.path = None;
        let answer = client().call(&endpoint, "x").await.unwrap();
        assert!(!answer.body.to_string().contains(SECRET), "{answer:?}");
        assert!(!format!("{endpoint:?} {:?}", client()).contains(SECRET));
    }
}

#[tokio::test]
async fn without_the_key_a_secret_is_not_sent_and_the_setting_is_named() {
    let mut endpoint = answering("{}").await;
    endpoint.auth = key(None, None, None);
    let error = crate::servers::local().call(&endpoint, "x").await.unwrap_err();
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::InvalidEndpoint, false));
    assert!(error.reason.contains("DB_ENCRYPTION_KEY"), "{error}");
}

/// A token server that counts, and an endpoint that takes only its newest token.
#[derive(Clone, Default)]
struct Issuer {
    issued: Arc<AtomicUsize>,
    /// Tokens up to this one are refused.
    revoked: Arc<AtomicUsize>,
    life: Option<u64>,
}

impl Issuer {
    async fn start(&self) -> Endpoint {
        let router = Router::new().route("/token", post(issue)).fallback(ask).with_state(self.clone());
        let mut endpoint = serving(router).await;
        endpoint.auth = Auth::ClientCredentials(ClientCredentials {
            token_url: format!("{}/token", endpoint.url),
            client_id: "me".to_owned(),
            client_secret: sealed(),
            token_endpoint_auth_method: AuthMethod::default(),
            scopes: vec!["a".to_owned(), "b".to_owned()],
            audience: Some("https://ai.test".to_owned()),
            extra_payload: Map::from_iter([("tenant".to_owned(), json!(7))]),
        });
        endpoint
    }

    fn issued(&self) -> usize {
        self.issued.load(Ordering::SeqCst)
    }
}

async fn issue(State(issuer): State<Issuer>, Form(form): Form<Vec<(String, String)>>) -> Response {
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let right = [
        field("grant_type") == Some("client_credentials"),
        field("client_id") == Some("me"),
        field("client_secret") == Some(SECRET),
        field("scope") == Some("a b"),
        field("audience") == Some("https://ai.test"),
        field("tenant") == Some("7"),
    ];
    if right.contains(&false) {
        let refusal = json!({"error": "invalid_client", "error_description": format!("{form:?}")});
        return (StatusCode::UNAUTHORIZED, axum::Json(refusal)).into_response();
    }
    let number = issuer.issued.fetch_add(1, Ordering::SeqCst) + 1;
    // Longer than the others, so that calls that need it meet here.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut token = json!({"access_token": format!("token-number-{number}"), "token_type": "Bearer"});
    if let Some(life) = issuer.life {
        token["expires_in"] = life.into();
    }
    axum::Json(token).into_response()
}

async fn ask(State(issuer): State<Issuer>, headers: HeaderMap) -> Response {
    let said = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let number = said.strip_prefix("Bearer token-number-").and_then(|number| number.parse::<usize>().ok());
    match number {
        Some(number) if number > issuer.revoked.load(Ordering::SeqCst) => {
            axum::Json(json!({"output": format!("by {number}")})).into_response()
        }
        _ => (StatusCode::UNAUTHORIZED, format!("refused {said}")).into_response(),
    }
}

async fn output(client: &Client, endpoint: &Endpoint) -> String {
    client.call(endpoint, "x").await.unwrap().output().unwrap()
}

#[tokio::test]
async fn a_token_is_fetched_once_for_many_calls() {
    let issuer = Issuer::default();
    let endpoint = issuer.start().await;
    let client = client();
    let calls = (0..8).map(|_| output(&client, &endpoint));
    assert!(futures::future::join_all(calls).await.iter().all(|said| said == "by 1"));
    assert_eq!(issuer.issued(), 1);
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_fetched_anew() {
    let issuer = Issuer { life: Some(59), ..Issuer::default() };
    let endpoint = issuer.start().await;
    let client = client();
    assert_eq!(
        (output(&client, &endpoint).await, output(&client, &endpoint).await),
        ("by 1".into(), "by 2".into())
    );
}

#[tokio::test]
async fn a_token_that_is_refused_is_forgotten_and_fetched_anew_once() {
    let issuer = Issuer::default();
    let endpoint = issuer.start().await;
    let client = client();
    assert_eq!(output(&client, &endpoint).await, "by 1");
    issuer.revoked.store(1, Ordering::SeqCst);
    assert_eq!(output(&client, &endpoint).await, "by 2");
    issuer.revoked.store(usize::MAX, Ordering::SeqCst);
    let error = client.call(&endpoint, "x").await.unwrap_err();
    assert_eq!((error.status, issuer.issued()), (Some(401), 3), "not again and again");
    assert!(!error.to_json().to_string().contains("token-number"), "{error:?}");
}

#[tokio::test]
async fn a_token_server_that_refuses_is_an_error_without_the_secret() {
    let issuer = Issuer::default();
    let mut endpoint = issuer.start().await;
    if let Auth::ClientCredentials(credentials) = &mut endpoint.auth {
        credentials.client_id = "somebody".to_owned();
    }
    let error = client().call(&endpoint, "x").await.unwrap_err();
    assert_eq!((error.kind, error.is_transient()), (CallErrorKind::Authentication, false));
    assert!(error.reason.starts_with("auth.token_url refused: invalid_client: [("), "{error}");
    assert!(!format!("{error:?} {}", error.to_json()).contains(SECRET));
    for (status, transient) in [(503, true), (429, true), (500, false), (302, false)] {
        let down = answering(StatusCode::from_u16(status).unwrap()).await;
        if let Auth::ClientCredentials(credentials) = &mut endpoint.auth {
            credentials.token_url = down.url;
        }
        let error = client().call(&endpoint, "x").await.unwrap_err();
        assert_eq!((error.status, error.is_transient()), (Some(status), transient), "{error}");
        assert!(error.reason.starts_with("auth.token_url: HTTP "), "{error}");
    }
}

#[tokio::test]
async fn a_token_server_inside_the_network_is_not_called() {
    let issuer = Issuer::default();
    let mut endpoint = issuer.start().await;
    endpoint.url = "https://ai.example.com/".to_owned();
    let guarded = Client::builder().keys(Keys::parse(KEY).unwrap()).build().unwrap();
    let error = guarded.call(&endpoint, "x").await.unwrap_err();
    assert_eq!(
        (error.kind, error.field.as_deref()),
        (CallErrorKind::InvalidEndpoint, Some("auth.token_url"))
    );
    assert_eq!(issuer.issued(), 0);
}

#[tokio::test]
async fn a_token_is_kept_encrypted_in_the_row_for_the_next_process() {
    let issuer = Issuer::default();
    let endpoint = issuer.start().await;
    let database = Database::new().await;
    let world = World::with_endpoint(&database, 1, &endpoint).await;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    let case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
    let first = client();
    assert_eq!(output(&first, &case.endpoint).await, "by 1");
    keep_token(&mut tx, &first, &case.endpoint).await.unwrap();
    let row = column(&mut tx, "select last_token from endpoint").await.remove(0).unwrap();
    assert!(row.starts_with("gAAAA") && !row.contains("token-number"), "{row}");
    let case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
    assert_eq!(output(&client(), &case.endpoint).await, "by 1", "another process uses it");
    issuer.revoked.store(1, Ordering::SeqCst);
    assert_eq!(output(&client(), &case.endpoint).await, "by 2", "but not once it is refused");
}

#[tokio::test]
async fn an_endpoint_deleted_during_the_run_is_an_error_that_says_so() {
    let endpoint = answering("{}").await;
    let database = Database::new().await;
    let world = World::with_endpoint(&database, 1, &endpoint).await;
    let mut tx = world.begin().await;
    let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
    sql::query("update endpoint set deleted_at = now()").execute(&mut *tx).await.unwrap();
    let mut case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
    case.ask(&client(), false).await.unwrap();
    let outcome = case.judge(&client(), false).await.unwrap();
    assert_eq!(outcome.verdict.as_str(), "Error");
    assert!(outcome.reason.unwrap().ends_with("was deleted after the test run had started"));
}
