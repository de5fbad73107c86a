//! `sslmode=verify-full`: nobody but the server that its certificate names, vouched for by a known authority.

use login::Login;
use store::Database;

use crate::authority::Authority;
use crate::front;

const FULL: &str = "sslmode=verify-full";

/// The answer of Postgres to a statement, or why there is none.
async fn ask(url: &str, roots: Option<Vec<u8>>) -> Result<i32, sqlx::Error> {
    let database = Database::new(url, roots, Login::Url).unwrap();
    let mut connection = database.connect().await?;
    sql::query_scalar("select 42").fetch_one(&mut connection).await
}

fn refused(answer: &Result<i32, sqlx::Error>) -> bool {
    matches!(answer, Err(sqlx::Error::Tls(_) | sqlx::Error::Io(_)))
}

#[tokio::test]
async fn the_server_that_its_authority_vouches_for_is_spoken_to() {
    let authority = Authority::new();
    let port = front::start(Some(authority.server("localhost"))).await;
    assert_eq!(ask(&front::url("localhost", port, FULL), Some(authority.pem())).await.unwrap(), 42);
}

#[tokio::test]
async fn a_server_of_another_name_is_refused() {
    let authority = Authority::new();
    let port = front::start(Some(authority.server("db.example.test"))).await;
    let roots = Some(authority.pem());
    let answer = ask(&front::url("localhost", port, FULL), roots.clone()).await;
    assert!(refused(&answer), "{answer:?}");
    // It is the name alone that was wrong.
    assert_eq!(ask(&front::url("localhost", port, "sslmode=verify-ca"), roots).await.unwrap(), 42);
}

#[tokio::test]
async fn a_server_that_nobody_known_vouches_for_is_refused() {
    let port = front::start(Some(Authority::new().server("localhost"))).await;
    for roots in [None, Some(Authority::new().pem())] {
        let answer = ask(&front::url("localhost", port, FULL), roots).await;
        assert!(refused(&answer), "{answer:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused() {
    let port = front::start(None).await;
    let answer = ask(&front::url("localhost", port, FULL), Some(Authority::new().pem())).await;
    assert!(refused(&answer), "{answer:?}");
    assert_eq!(ask(&front::url("localhost", port, "sslmode=prefer"), None).await.unwrap(), 42);
}
