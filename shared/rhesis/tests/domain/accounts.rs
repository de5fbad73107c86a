//! Tokens: whom they speak for, and when they stop.

use rhesis::tokens::{Identity, authenticate, generate};
use testing::Database;

use crate::world::World;

#[tokio::test]
async fn a_token_speaks_for_its_user_and_organization() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let api = database.store_as("tasks_api");
    let identity =
        authenticate(&mut api.pool().await.unwrap().acquire().await.unwrap(), &world.founded.token)
            .await
            .unwrap();
    let (user_id, organization_id) = (world.founded.user_id, world.founded.organization_id);
    assert_eq!(identity, Some(Identity { user_id, organization_id }));
    for unknown in [generate().as_str(), "", "rh-", &world.founded.token[3..]] {
        assert_eq!(
            authenticate(&mut api.pool().await.unwrap().acquire().await.unwrap(), unknown).await.unwrap(),
            None
        );
    }
}

#[tokio::test]
async fn an_expired_or_revoked_token_and_an_inactive_user_or_organization_speak_for_nobody() {
    let database = Database::new().await;
    let api = database.store_as("tasks_api");
    for end in [
        "update token set expires_at = clock_timestamp() where organization_id = $1",
        "update token set revoked_at = clock_timestamp() where organization_id = $1",
        r#"update "user" set is_active = false where organization_id = $1"#,
        "update organization set is_active = false where id = $1",
    ] {
        let world = World::new(&database, 1).await;
        assert!(
            authenticate(&mut api.pool().await.unwrap().acquire().await.unwrap(), &world.founded.token)
                .await
                .unwrap()
                .is_some()
        );
        sql::query(end).bind(world.founded.organization_id).execute(database.owner()).await.unwrap();
        assert_eq!(
            authenticate(&mut api.pool().await.unwrap().acquire().await.unwrap(), &world.founded.token)
                .await
                .unwrap(),
            None,
            "{end}"
        );
    }
}

#[tokio::test]
async fn only_the_api_looks_tokens_up_and_no_function_reads_them() {
    let database = Database::new().await;
    let world = World::new(&database, 1).await;
    let api = database.store_as("tasks_api");
    for role in ["task_execute_test", "tasks_relay"] {
        let store = database.store_as(role);
        assert!(
            authenticate(&mut store.pool().await.unwrap().acquire().await.unwrap(), &world.founded.token)
                .await
                .is_err(),
            "{role}"
        );
    }
    assert!(sql::query("select token_hash from token").execute(api.pool().await.unwrap()).await.is_err());
    let mut tx = world.begin().await;
    assert!(sql::query("select token_hash from token").execute(&mut *tx).await.is_err());
}
