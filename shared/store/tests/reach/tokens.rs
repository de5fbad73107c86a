//! `DATABASE_AUTH=iam`.

use std::time::Duration;

use login::Login;
use store::{Database, Store};

use crate::authority::Authority;
use crate::aws::role;
use crate::door::Door;

#[tokio::test]
async fn every_connection_is_opened_with_a_token_of_its_own_time() {
    let (authority, door) = (Authority::new(), Door::default());
    let port = door.start(authority.server("localhost")).await;
    let url = format!("postgres://task_x@localhost:{port}/db?sslmode=verify-full");
    let database = Database::new(&url, Some(authority.pem()), Login::Iam(role())).unwrap();
    let store = Store::open(&database, 2).await.unwrap();

    let first = store.pool().await.unwrap().acquire().await.unwrap();
    // Tokens tell the second that they were made in.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let second = store.pool().await.unwrap().acquire().await.unwrap();
    drop((first, second));

    let said = door.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert_ne!(said[0], said[1]);
    for one in said {
        let expected = format!("task_x localhost:{port}/?Action=connect&DBUser=task_x&");
        assert!(one.starts_with(&expected), "{one}");
        assert!(one.contains("X-Amz-Expires=900") && one.contains("X-Amz-Signature="), "{one}");
    }
}

#[tokio::test]
async fn no_token_is_made_for_a_server_that_is_not_verified_in_full() {
    for mode in ["disable", "prefer", "require", "verify-ca"] {
        let url = format!("postgres://task_x@localhost/db?sslmode={mode}");
        let error = Database::new(&url, None, Login::Iam(role())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "DATABASE_URL must say sslmode=verify-full, because DATABASE_AUTH is iam",
            "{mode}"
        );
    }
}
