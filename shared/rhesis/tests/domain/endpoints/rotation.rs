//! A new key for all secrets that are stored, while they are in use.

use std::time::{Duration, Instant};

use rhesis::endpoints::{self, Auth, ClientCredentials, Endpoint};
use rhesis::secrets::{KeyReport, Keys, Rotation, RotationError, SecretError, rotate};
use rhesis::{models, webhooks};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use testing::Database;
use uuid::Uuid;

use crate::world::World;

const OLD: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const NEW: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn keys(text: &str) -> Keys {
    Keys::parse(text).unwrap()
}

/// An endpoint with three secrets, under the old key.
fn endpoint() -> Endpoint {
    let mut endpoint = Endpoint::input_output("https://ai.example.com/");
    endpoint.auth = Auth::ClientCredentials(ClientCredentials {
        token_url: "https://id.example.com/".to_owned(),
        client_id: "me".to_owned(),
        client_secret: keys(OLD).seal(&"of auth".into()).unwrap(),
        token_endpoint_auth_method: Default::default(),
        scopes: vec!["a".to_owned()],
        audience: None,
        extra_payload: Default::default(),
    });
    for name in ["one", "two"] {
        endpoint.secrets.insert(name.to_owned(), keys(OLD).seal(&name.into()).unwrap());
    }
    endpoint
}

/// A tenant with an endpoint, the token that was kept for it, a model and a webhook: six secrets in three rows.
async fn tenant(database: &Database) -> World {
    let world = World::with_endpoint(database, 1, &endpoint()).await;
    let mut tx = world.begin().await;
    let sealed = |text: &str| keys(OLD).seal(&text.into()).unwrap();
    let model = models::NewModel {
        name: "Judge".to_owned(),
        model_name: "m".to_owned(),
        endpoint: "https://models.example.com/v1".to_owned(),
        key: None,
    };
    models::create(&mut tx, &model, Some(&sealed("of model")), None).await.unwrap();
    let made = webhooks::create(
        &mut tx,
        "https://x.example.com",
        &[webhooks::Event::TaskFailed],
        &sealed("of webhook"),
        None,
    )
    .await;
    made.unwrap().unwrap();
    sql::query("update endpoint set last_token = $1, last_token_expires_at = now()")
        .bind(sealed("of token"))
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world
}

async fn look(database: &Database, by: &str, rotation: Rotation) -> KeyReport {
    let mut owner = database.owner().acquire().await.unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    rotate(&mut owner, &keys(by), rotation, until).await.unwrap()
}

/// Everything of the tables with secrets.
async fn stored(database: &Database) -> Vec<Value> {
    sql::query_scalar(
        "select to_jsonb(t) - 'updated_at' from endpoint t union all select to_jsonb(t) from model t
         union all select to_jsonb(t) from webhook t order by 1",
    )
    .fetch_all(database.owner())
    .await
    .unwrap()
}

/// The secrets in what is stored, opened by a key.
fn opened(rows: &[Value], by: &str) -> Vec<String> {
    let texts = rows.iter().flat_map(|row| {
        ["/auth/client_secret", "/secrets/one", "/secrets/two", "/last_token", "/key", "/secret"]
            .map(|place| row.pointer(place).filter(|text| !text.is_null()).cloned())
    });
    let open = |text: Value| keys(by).open(&serde_json::from_value(text).unwrap()).unwrap();
    texts.flatten().map(|text| open(text).expose_secret().to_owned()).collect()
}

#[tokio::test]
async fn every_secret_of_every_tenant_comes_under_the_first_key_and_says_what_it_said() {
    let database = Database::new().await;
    for _ in 0..2 {
        tenant(&database).await;
    }
    let both = format!("{NEW},{OLD}");
    let before = stored(&database).await;
    let counted = look(&database, &both, Rotation::Count).await;
    assert_eq!((counted.done, counted.rows, &counted.secrets_under_key[..]), (true, 0, &[0, 12][..]));
    assert_eq!(stored(&database).await, before, "counting changes nothing");
    let done = look(&database, &both, Rotation::Reencrypt).await;
    assert_eq!((done.done, done.rows, &done.secrets_under_key[..]), (true, 6, &[12, 0][..]));
    let after = stored(&database).await;
    let mut said = opened(&after, NEW);
    said.sort();
    let secrets = ["of auth", "of model", "of token", "of webhook", "one", "two"];
    assert_eq!(said, secrets.iter().flat_map(|text| [*text, *text]).collect::<Vec<_>>());
    let scopes = after.iter().filter(|row| row["auth"]["scopes"] == json!(["a"])).count();
    assert_eq!(scopes, 2, "the rest of auth stays");
    let again = look(&database, &both, Rotation::Reencrypt).await;
    assert_eq!((again.rows, stored(&database).await), (0, after), "what is done is not done twice");
}

#[tokio::test]
async fn what_no_key_opens_is_named_and_left_and_the_rest_is_done() {
    let database = Database::new().await;
    let world = tenant(&database).await;
    let other = keys("_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4cw=").seal(&"x".into()).unwrap();
    let mut tx = world.begin().await;
    sql::query("update model set key = $1").bind(&other).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let report = look(&database, &format!("{NEW},{OLD}"), Rotation::Reencrypt).await;
    assert_eq!((report.rows, &report.secrets_under_key[..], report.unreadable), (2, &[5, 0][..], 1));
    let model: Uuid = sql::query_scalar("select id from model").fetch_one(database.owner()).await.unwrap();
    assert_eq!(json!(report.unreadable_rows), json!([{"table": "model", "id": model}]));
}

#[tokio::test]
async fn it_stops_in_time_says_so_and_goes_on_where_it_stopped() {
    let database = Database::new().await;
    for _ in 0..3 {
        tenant(&database).await;
    }
    let both = format!("{NEW},{OLD}");
    let mut owner = database.owner().acquire().await.unwrap();
    let late = rotate(&mut owner, &keys(&both), Rotation::Reencrypt, Instant::now()).await.unwrap();
    assert_eq!((late.done, late.rows), (false, 0));
    let none = rotate(&mut owner, &Keys::default(), Rotation::Count, Instant::now()).await;
    assert!(matches!(none, Err(RotationError::Keys(SecretError::NoKey))));
    // Broken off in the middle: each row was a commit.
    sql::query("update webhook set url = repeat('x', 2048)").execute(database.owner()).await.unwrap();
    sqlx::raw_sql(
        "create function stop() returns trigger language plpgsql as $$ begin raise 'stop'; end $$;
         create trigger stop before update on webhook for each row execute function stop()",
    )
    .execute(database.owner())
    .await
    .unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    rotate(&mut owner, &keys(&both), Rotation::Reencrypt, until).await.unwrap_err();
    let counted = look(&database, &both, Rotation::Count).await;
    assert_eq!(counted.secrets_under_key, [5, 13], "endpoint and model of the first tenant");
    sqlx::raw_sql("drop trigger stop on webhook").execute(database.owner()).await.unwrap();
    let rest = look(&database, &both, Rotation::Reencrypt).await;
    assert_eq!((rest.rows, &rest.secrets_under_key[..]), (7, &[18, 0][..]));
}

#[tokio::test]
async fn a_change_at_the_same_time_brings_no_secret_back_under_the_old_key() {
    let database = Database::new().await;
    let world = tenant(&database).await;
    let id: Uuid = sql::query_scalar("select id from endpoint").fetch_one(database.owner()).await.unwrap();
    let both = format!("{NEW},{OLD}");
    // As a PUT does with `***`: what it has read before is what it writes.
    let mut tx = world.begin().await;
    let before = endpoints::find(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    look(&database, &both, Rotation::Reencrypt).await;
    let mut tx = world.begin().await;
    assert!(!endpoints::replace(&mut tx, &before, "New", &before.endpoint).await.unwrap(), "it reads again");
    tx.commit().await.unwrap();

    // The other way round: the row is being changed while its turn comes.
    let mut tx = world.begin().await;
    let before = endpoints::find(&mut tx, id).await.unwrap().unwrap();
    let mut put = before.endpoint.clone();
    put.secrets.insert("two".to_owned(), keys(OLD).seal(&"another".into()).unwrap());
    assert!(endpoints::replace(&mut tx, &before, "New", &put).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = world.begin().await;
    let before = endpoints::find(&mut tx, id).await.unwrap().unwrap();
    let mut put = before.endpoint.clone();
    put.secrets.insert("one".to_owned(), keys(NEW).seal(&"fresh".into()).unwrap());
    assert!(endpoints::replace(&mut tx, &before, "Newer", &put).await.unwrap());
    let commit = async {
        // The rotation waits for the row, which is what this waits for.
        loop {
            let waiting: i64 = sql::query_scalar(
                "select count(*) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0
                   and datname = current_database()",
            )
            .fetch_one(database.owner())
            .await
            .unwrap();
            if waiting > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tx.commit().await.unwrap();
    };
    let (report, ()) = tokio::join!(look(&database, &both, Rotation::Reencrypt), commit);
    // The token went with the change.
    assert_eq!((report.rows, &report.secrets_under_key[..]), (1, &[5, 0][..]));
    let said = opened(&stored(&database).await, NEW);
    for secret in ["fresh", "another", "of auth"] {
        assert!(said.contains(&secret.to_owned()), "{secret}: {said:?}");
    }
}
