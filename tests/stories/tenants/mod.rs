//! Whose task it is.

mod walls;

use catalog::CountTestSets;
use store::{NewTask, Tenant};
use testing::System;
use worker::Context;

const KIND: &str = "count_test_sets";

#[tokio::test]
async fn another_organization_does_not_see_a_task() {
    let system = System::new().await;
    let id = system.start(&CountTestSets {}).await;
    let other = system.database.organization().await;
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    assert!(store::find_task(&mut tx, id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_handler_is_bound_to_the_organization_of_its_task() {
    let system = System::new().await;
    let other = system.database.organization().await;
    for (organization, name) in
        [(system.organization.id, "ours"), (other.id, "theirs"), (other.id, "theirs too")]
    {
        sql::query("insert into test_set (name, organization_id) values ($1, $2)")
            .bind(name)
            .bind(organization)
            .execute(system.database.owner())
            .await
            .unwrap();
    }
    let id = system.start(&CountTestSets {}).await;
    let worker = system.worker(|_: CountTestSets, ctx: Context| async move {
        let mut tx = ctx.begin().await?;
        Ok(sql::query_scalar::<i64>("select count(*) from test_set").fetch_one(&mut *tx).await?)
    });
    system.drain(KIND, &worker).await;
    assert_eq!(system.state(id).await.result, Some(serde_json::json!(1)));
}

#[tokio::test]
async fn no_task_is_started_for_nobody() {
    let system = System::new().await;
    let nobody = Tenant { organization_id: None, user_id: None };
    let mut tx = system.api.begin(nobody).await.unwrap();
    let refused = store::enqueue(&mut tx, &[NewTask::of(&CountTestSets {})]).await.unwrap_err();
    assert!(refused.to_string().contains("app.organization_id is not set"), "{refused}");
}

#[tokio::test]
async fn a_function_claims_its_own_kind_only() {
    let system = System::new().await;
    let store = system.database.store_as("task_execute_test");
    let refused = store.claim(KIND, &[], uuid::Uuid::now_v7(), 1, "").await.unwrap_err();
    assert!(refused.to_string().contains("may not claim"), "{refused}");
}

#[tokio::test]
async fn login_roles_read_no_table_of_the_engine() {
    let system = System::new().await;
    system.start(&CountTestSets {}).await;
    for role in ["tasks_relay", "tasks_api", "task_count_test_sets"] {
        let store = system.database.store_as(role);
        let seen: Result<i64, _> =
            sql::query_scalar("select count(*) from tasks.task").fetch_one(store.pool().await.unwrap()).await;
        assert!(!matches!(seen, Ok(1..)), "{role} sees {seen:?}");
    }
}
