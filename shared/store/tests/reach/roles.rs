//! How `migrate` makes the functions' roles log in. Roles belong to the whole server: whatever is done here is undone.

use catalog::TASKS;
use sqlx::{Acquire as _, PgConnection};
use store::RoleLogin;
use testing::Database;

async fn migrate(connection: &mut PgConnection, login: &RoleLogin) -> Result<(), String> {
    let migrated = store::migrate(connection, &rhesis::MIGRATIONS, TASKS, login).await;
    migrated.map(drop).map_err(|error| error.to_string())
}

/// Who is a member of `rds_iam`.
async fn members(connection: &mut PgConnection) -> Vec<String> {
    sql::query_scalar(
        "select m.member::regrole::text from pg_auth_members m where m.roleid = 'rds_iam'::regrole order by 1",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn roles_that_log_in_by_token_join_rds_iam_and_leave_it_for_a_password() {
    let database = Database::new().await;
    let mut tx = database.owner().begin().await.unwrap();
    let connection = tx.acquire().await.unwrap();
    sql::query("create role rds_iam").execute(&mut *connection).await.unwrap();

    migrate(connection, &RoleLogin::Iam).await.unwrap();
    let joined = members(connection).await;
    let mut expected: Vec<String> = TASKS.iter().map(|task| format!("task_{}", task.kind)).collect();
    expected.extend(["tasks_api".to_owned(), "tasks_relay".to_owned()]);
    expected.sort();
    assert_eq!(joined, expected);

    migrate(connection, &RoleLogin::Unchanged).await.unwrap();
    assert_eq!(members(connection).await, expected);
    migrate(connection, &RoleLogin::Password("a password of sixteen".into())).await.unwrap();
    assert_eq!(members(connection).await, Vec::<String>::new());
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn tokens_without_amazons_role_are_an_error_that_names_it() {
    let database = Database::new().await;
    let mut tx = database.owner().begin().await.unwrap();
    let said = migrate(&mut tx, &RoleLogin::Iam).await.unwrap_err();
    assert!(said.contains("rds_iam"), "{said}");
    tx.rollback().await.unwrap();
}
