//! `DATABASE_AUTH=secret`.

use login::Login;
use store::{Database, Store};

use crate::authority::Authority;
use crate::aws::Secret;
use crate::door::Door;

async fn database(door: &Door, secret: &Secret) -> Database {
    let authority = Authority::new();
    let port = door.start(authority.server("localhost")).await;
    let url = format!("postgres://localhost:{port}/db?sslmode=verify-full");
    let login = Login::Secret(secret.manager().await, "arn:of:secret".into());
    Database::new(&url, Some(authority.pem()), login).unwrap()
}

#[tokio::test]
async fn a_password_that_was_rotated_is_read_again_when_postgres_refuses_the_old_one() {
    let (door, secret) = (Door::default(), Secret::default());
    door.only_for("old");
    secret.holds(r#"{"username":"me","password":"old"}"#);
    let store = Store::open(&database(&door, &secret).await, 1).await.unwrap();
    store.pool().await.unwrap().acquire().await.unwrap().close().await.unwrap();

    door.only_for("new");
    secret.holds(r#"{"username":"me","password":"new"}"#);
    drop(store.pool().await.unwrap().acquire().await.unwrap());

    assert_eq!(door.said(), ["me old", "me old", "me new"]);
    assert_eq!(secret.reads(), 2);
}

#[tokio::test]
async fn a_password_that_stays_wrong_is_asked_for_once_more_and_then_an_error() {
    let (door, secret) = (Door::default(), Secret::default());
    door.only_for("right");
    secret.holds(r#"{"username":"me","password":"wrong"}"#);
    let store = Store::open(&database(&door, &secret).await, 1).await.unwrap();
    let error = store.pool().await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("28P01"));
    assert_eq!(secret.reads(), 2);
}

#[tokio::test]
async fn a_secret_that_is_none_stops_the_start_and_names_its_setting() {
    for (text, said) in [
        ("hunter2", "DATABASE_SECRET_ARN: it must hold a JSON object"),
        (r#"{"username":"me"}"#, "DATABASE_SECRET_ARN: it has no password"),
    ] {
        let secret = Secret::default();
        secret.holds(text);
        let database = database(&Door::default(), &secret).await;
        assert_eq!(Store::open(&database, 1).await.unwrap_err().to_string(), said);
    }
}
