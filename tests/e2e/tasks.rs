//! Single tasks over HTTP.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::endpoint::Endpoint;
use crate::stack::{Stack, Tenant};

const PATIENCE: Duration = Duration::from_secs(120);

async fn tenant(stack: &Stack) -> Tenant {
    stack.tenant(&["yes"], Endpoint::start().await).await
}

fn time(task: &Value, name: &str) -> DateTime<Utc> {
    task[name].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_test_sets_of_the_tenant_are_counted_as_a_plain_integer() {
    let tenant = tenant(&Stack::here()).await;
    let task = tenant.start("/tasks/count_test_sets", json!({})).await;
    let ended = tenant.end_of(&task, PATIENCE).await;
    assert_eq!((&ended["status"], &ended["result"]), (&json!("SUCCESS"), &json!(1)), "{ended}");
}

#[tokio::test]
async fn a_countdown_is_waited_for() {
    let tenant = tenant(&Stack::here()).await;
    let task = tenant.start("/tasks/count_test_sets", json!({ "args": {}, "countdown": 4 })).await;
    let (_, waiting) = tenant.call(Method::GET, &format!("/tasks/{task}"), None).await;
    assert_eq!(waiting["status"], "PENDING");
    let ended = tenant.end_of(&task, PATIENCE).await;
    assert_eq!(ended["status"], "SUCCESS");
    let took = time(&ended, "finished_at") - time(&ended, "created_at");
    assert!(took >= chrono::TimeDelta::seconds(3), "{took}");
}

#[tokio::test]
async fn another_tenants_task_answers_404() {
    let stack = Stack::here();
    let (ours, theirs) = (tenant(&stack).await, tenant(&stack).await);
    let task = ours.start("/tasks/count_test_sets", json!({})).await;
    let (status, _) = theirs.call(Method::GET, &format!("/tasks/{task}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    ours.end_of(&task, PATIENCE).await;
}

#[tokio::test]
async fn a_task_that_was_started_by_sql_alone_is_found_by_the_relay_on_its_schedule() {
    let stack = Stack::here();
    let tenant = tenant(&stack).await;
    let mut connection = PgConnection::connect(&stack.admin_url).await.unwrap();
    let mut tx = connection.begin().await.unwrap();
    let organization: uuid::Uuid = {
        let (_, task) = tenant.call(Method::POST, "/tasks/count_test_sets", Some(json!({}))).await;
        tenant.end_of(task["task_id"].as_str().unwrap(), PATIENCE).await;
        sql::query("set local role tasks_engine").execute(&mut *tx).await.unwrap();
        sql::query_scalar("select organization_id from tasks.task where id = $1::uuid")
            .bind(task["task_id"].as_str())
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    sql::query(
        "select set_config('role', 'tasks_tenant', true), set_config('app.organization_id', $1, true)",
    )
    .bind(organization.to_string())
    .execute(&mut *tx)
    .await
    .unwrap();
    let id: uuid::Uuid =
        sql::query_scalar("select tasks.enqueue('count_test_sets')").fetch_one(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let ended = tenant.end_of(&id.to_string(), PATIENCE).await;
    assert_eq!(ended["status"], "SUCCESS");
}
