//! Secrets are encrypted anew by an owner of the database that is no superuser, as on RDS: row security holds for it, too.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::time::{Duration, Instant};

use login::Login;
use rhesis::endpoints::{Auth, Endpoint, create};
use rhesis::organizations;
use rhesis::secrets::{Keys, Rotation, rotate};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{Database, RoleLogin};
use uuid::Uuid;

const OLD: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const NEW: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

async fn execute(connection: &mut PgConnection, statements: String) {
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection).await.unwrap();
}

#[tokio::test]
async fn an_owner_that_is_no_superuser_reaches_every_secret() {
    let server = std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL is not set: run the tests by `make test`");
    let name = format!("test_{}", Uuid::now_v7().simple());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    execute(&mut admin, format!("create role {name} login createrole password 'secret'")).await;
    // On a server of its own it would have made the roles, and be allowed to give them; here a superuser has.
    let _roles = testing::Database::new().await;
    let grants: Option<String> = sqlx::query_scalar(AssertSqlSafe(format!(
        "select string_agg(format('grant %I to {name} with admin option', rolname), '; ')
         from pg_roles where rolname ~ '^tasks?_'"
    )))
    .fetch_one(&mut admin)
    .await
    .unwrap();
    execute(&mut admin, grants.unwrap_or_default()).await;
    execute(&mut admin, format!("create database {name} owner {name}")).await;
    let (start, _) = server.rsplit_once('/').unwrap();
    let (_, host) = start.rsplit_once('@').unwrap();
    let url = format!("postgres://{name}:secret@{host}/{name}");
    let database = Database::new(&url, None, Login::Url).unwrap();
    migrate::run(&database, &RoleLogin::Unchanged).await.unwrap();

    let mut owner = database.connect().await.unwrap();
    for _ in 0..2 {
        let mut tx = owner.begin().await.unwrap();
        let founded = organizations::found(&mut tx, "Acme").await.unwrap();
        organizations::enter(&mut tx, founded.organization_id).await.unwrap();
        let mut endpoint = Endpoint::input_output("https://ai.example.com/");
        let old = Keys::parse(OLD).unwrap();
        endpoint.auth = Auth::BearerToken { auth_token: old.seal(&"a secret".into()).unwrap() };
        create(&mut tx, "Bot", &endpoint, Some(founded.user_id)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let keys = Keys::parse(&format!("{NEW},{OLD}")).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let report = rotate(&mut owner, &keys, Rotation::Reencrypt, until).await.unwrap();
    assert_eq!((report.done, report.rows, &report.secrets_under_key[..]), (true, 2, &[2, 0][..]));

    owner.close().await.unwrap();
    execute(&mut admin, format!("drop database {name} with (force)")).await;
    execute(&mut admin, format!("drop owned by {name} cascade; drop role {name}")).await;
}
