//! Endpoints that answer with the secret that they were sent, in every spelling that they know.

use axum::Router;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use rhesis::endpoints::{Allow, ApiKey, Auth, Client, Endpoint};
use rhesis::secrets::Keys;
use rhesis::{Outcome, Verdict, cases, results, runs};
use serde_json::{Value, json};
use testing::Database;
use uuid::Uuid;

use crate::servers::serving;
use crate::world::World;

const KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const SECRET: &str = "qZ7/Lm+4\"vT&9=xW!r";

fn client() -> Client {
    let allow = Allow::this_machine();
    Client::builder().allow(allow).keys(Keys::parse(KEY).unwrap()).build().unwrap()
}

/// The spellings of a text.
fn spellings(text: &str) -> Vec<String> {
    let each = |spell: fn(u8) -> String| text.bytes().map(spell).collect::<String>();
    let percent = each(|byte| format!("%{byte:02X}"));
    vec![
        text.to_owned(),
        text.to_uppercase(),
        text.replace('/', "\\/").replace('+', "\\u002B").replace('"', "\\\""),
        json!(json!(text).to_string()).to_string(),
        percent.to_lowercase(),
        percent.replace('%', "%25"),
        percent,
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        each(|byte| format!("\\u{byte:04x}")),
        each(|byte| format!("\\x{byte:02x}")),
        each(|byte| format!("&#{byte};")),
        each(|byte| format!("&#x{byte:X};")),
        text.replace('&', "&amp;").replace('"', "&quot;"),
        each(|byte| format!("{byte:02x}")),
        STANDARD.encode(text),
        URL_SAFE.encode(format!("somebody:{text}")),
        STANDARD.encode(format!("Bearer {text}")),
    ]
}

/// Answers the secret in every spelling, at the path `bad` with an error.
async fn parrot() -> Endpoint {
    let say = async |uri: Uri, Query(query): Query<Vec<(String, String)>>, headers: HeaderMap| -> Response {
        let header = headers.get("x-odd").and_then(|value| value.to_str().ok().map(str::to_owned));
        let secret =
            header.or_else(|| query.into_iter().find(|(name, _)| name == "odd").map(|(_, value)| value));
        let all = spellings(&secret.unwrap());
        // A JSON text with escapes that no serializer makes.
        let escaped: String = all[0].bytes().map(|byte| format!("\\u{byte:04X}")).collect();
        let names: Value =
            all.iter().map(|spelling| (spelling.clone(), json!(1))).collect::<serde_json::Map<_, _>>().into();
        let body = format!(
            "{{\"output\": {}, \"context\": [\"{escaped}\"], \"names\": {names}}}",
            json!(all.join("\n"))
        );
        let status = if uri.path() == "/bad" { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        (status, body).into_response()
    };
    let mut endpoint = serving(Router::new().fallback(say)).await;
    let mappings = json!({"output": "$.output", "context": "$.context", "names": "$.names"});
    endpoint.mappings = mappings.as_object().unwrap().clone();
    endpoint
}

fn auth(query: bool) -> Auth {
    let place = |name: &str| Some(name.to_owned());
    Auth::ApiKey(ApiKey {
        auth_token: Keys::parse(KEY).unwrap().seal(&SECRET.into()).unwrap(),
        header: if query { None } else { place("x-odd") },
        prefix: None,
        query: if query { place("odd") } else { None },
    })
}

/// The ways in which an endpoint is given its secret: `auth` in a header or a query parameter, and a secret that its user has named.
fn ways(endpoint: &Endpoint) -> Vec<Endpoint> {
    let mut ways = Vec::new();
    for query in [false, true] {
        let mut by_auth = endpoint.clone();
        by_auth.auth = auth(query);
        ways.push(by_auth);
        let sealed = Keys::parse(KEY).unwrap().seal(&SECRET.into()).unwrap();
        let mut named = endpoint.clone();
        named.secrets.insert("mine".to_owned(), sealed);
        let (place, name) = if query { (&mut named.query, "odd") } else { (&mut named.headers, "x-odd") };
        place.insert(name.to_owned(), json!("{{ secrets.mine }}"));
        ways.push(named);
    }
    ways
}

#[track_caller]
fn holds_none(text: &str, what: &str) {
    for spelling in spellings(SECRET) {
        for said in [spelling.clone(), json!(spelling).to_string().trim_matches('"').to_owned()] {
            assert!(!text.contains(&said), "{what} holds {said}: {text}");
        }
    }
}

#[tokio::test]
async fn no_spelling_of_the_secret_is_in_an_answer_or_an_error() {
    for mut endpoint in ways(&parrot().await) {
        let answer = client().call(&endpoint, "x").await.unwrap();
        holds_none(&answer.body.to_string(), "the answer");
        assert_eq!(answer.body["context"], json!(["***"]));
        endpoint.path = Some("bad".to_owned());
        let error = client().call(&endpoint, "x").await.unwrap_err();
        assert_eq!(error.status, Some(400));
        holds_none(&format!("{error} {error:?} {}", error.to_json()), "the error");
    }
}

#[tokio::test]
async fn a_secret_that_an_excerpt_ends_in_is_taken_out_as_far_as_it_is_there() {
    for length in 1_970..2_000 {
        let long = async move |headers: HeaderMap| {
            let secret = headers["x-odd"].to_str().unwrap().to_owned();
            (StatusCode::BAD_REQUEST, format!("{}{secret}", "-".repeat(length)))
        };
        let mut endpoint = serving(Router::new().fallback(long)).await;
        endpoint.auth = auth(false);
        let said = client().call(&endpoint, "x").await.unwrap_err().response.unwrap();
        assert!(!said.contains(&SECRET[..6]), "{said}");
    }
}

#[tokio::test]
async fn what_a_row_of_before_says_of_the_secret_is_not_sent() {
    let mut endpoint = parrot().await;
    endpoint.auth = auth(false);
    for said in
        ["{{ auth_token[:7] }}", "{{ auth_token|reverse }}", "Bearer {{ auth_token | upper }}", "{{ input }}"]
    {
        endpoint.headers = serde_json::Map::from_iter([("x-odd".to_owned(), json!(said))]);
        let error = client().call(&endpoint, "x").await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some("request_headers.x-odd"), "{said}");
    }
}

#[tokio::test]
async fn an_endpoint_may_have_several_secrets_and_each_is_sent_and_masked() {
    let say = async |uri: Uri, headers: HeaderMap| {
        let said = headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        format!("{uri} {}", said.collect::<Vec<_>>().join(" "))
    };
    let mut endpoint = serving(Router::new().fallback(say)).await;
    endpoint.mappings.clear();
    let keys = Keys::parse(KEY).unwrap();
    endpoint.auth = Auth::BearerToken { auth_token: keys.seal(&"first-s3cr3t".into()).unwrap() };
    for (name, secret) in [("team", "second-s3cr3t"), ("sig", "third s3cr3t&x"), ("old", "f0urth-s3cr3t")] {
        endpoint.secrets.insert(name.to_owned(), keys.seal(&secret.into()).unwrap());
    }
    endpoint.headers.insert("x-team".to_owned(), json!("Team {{ secrets.team }}"));
    endpoint.headers.insert("x-old".to_owned(), json!("{{secrets.old}}"));
    endpoint.query.insert("sig".to_owned(), json!("{{ secrets.sig }}"));
    let said = client().call(&endpoint, "x").await.unwrap().body.to_string();
    for sent in ["authorization: Bearer ***", "x-team: Team ***", "x-old: ***", "/?sig=*** "] {
        assert!(said.contains(sent), "{sent}: {said}");
    }
    assert!(!said.contains("s3cr3t"), "{said}");
}

#[tokio::test]
async fn a_run_against_an_endpoint_that_echoes_leaves_no_secret_in_any_table() {
    for endpoint in ways(&parrot().await) {
        leaves_none(&endpoint).await;
    }
}

async fn leaves_none(endpoint: &Endpoint) {
    let database = Database::new().await;
    let world = World::with_endpoint(&database, 1, endpoint).await;
    for path in [None, Some("bad")] {
        let mut tx = world.begin().await;
        sql::query("update endpoint set endpoint_path = $1").bind(path).execute(&mut *tx).await.unwrap();
        let run = runs::start(&mut tx, world.configuration_id, Uuid::now_v7()).await.unwrap();
        let mut case = cases::load(&mut tx, run.test_run_id, run.tests[0]).await.unwrap();
        case.ask(&client(), false).await.unwrap();
        let outcome: Outcome = case.judge(&client(), false).await.unwrap();
        assert_ne!(outcome.verdict, Verdict::Pass);
        results::store(&mut tx, run.test_run_id, run.tests[0], &outcome).await.unwrap();
        tx.commit().await.unwrap();
    }
    let tables: Vec<String> = sql::query_scalar(
        "select c.oid::regclass::text from pg_class c
         where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'tasks'::regnamespace)",
    )
    .fetch_all(database.owner())
    .await
    .unwrap();
    for table in tables {
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")))
                .fetch_all(database.owner())
                .await
                .unwrap();
        holds_none(&rows.join("\n"), &table);
    }
}
