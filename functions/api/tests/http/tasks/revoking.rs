use catalog::{CollectResults, ExecuteTest, ExecuteTestConfiguration};
use serde_json::json;
use store::Group;
use uuid::Uuid;
use worker::End;

use crate::world::Api;

#[tokio::test]
async fn a_revoked_task_does_not_begin() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    let answer = client.delete(&format!("/tasks/{id}")).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({ "task_id": id, "status": "REVOKED" })));
    api.run_counts(None).await;
    let state = client.state(id).await;
    assert_eq!((&state["status"], &state["error"]["type"]), (&json!("REVOKED"), &json!("Revoked")));
}

#[tokio::test]
async fn a_task_that_has_ended_is_not_revoked_and_its_status_is_told() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    api.run_counts(None).await;
    let answer = client.delete(&format!("/tasks/{id}")).await;
    assert_eq!(answer.problem(), (409, None));
    assert!(answer.body["detail"].as_str().unwrap().contains("SUCCESS"), "{answer:?}");
    assert_eq!(client.state(id).await["status"], "SUCCESS");
}

#[tokio::test]
async fn revoking_a_task_that_was_handed_over_ends_every_member_of_its_group() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 1).await;
    let id =
        client.post(&format!("/test-configurations/{configuration}/execute"), &json!({})).await.task_id();
    let worker = api.system.worker(|_: ExecuteTestConfiguration, _| async {
        let test = |_| ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::now_v7() };
        Ok(End::HandOver(Group::new((0..2_200).map(test), 10, &CollectResults { test_run_id: Uuid::nil() })))
    });
    api.system.drain("execute_test_configuration", &worker).await;
    assert_eq!(client.delete(&format!("/tasks/{id}")).await.body["status"], "REVOKED");
    let unfinished: Vec<String> = sql::query_scalar("select kind from tasks.outbox")
        .fetch_all(api.system.database.owner())
        .await
        .unwrap();
    assert_eq!(unfinished, ["collect_results"]);
}

#[tokio::test]
async fn a_failed_task_begins_anew_when_asked() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    api.run_counts(Some("no")).await;
    let answer = client.post(&format!("/tasks/{id}/retry"), &json!({})).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (202, &json!({ "task_id": id, "status": "PENDING" })));
    api.run_counts(None).await;
    let state = client.state(id).await;
    assert_eq!((&state["status"], &state["attempt"]), (&json!("SUCCESS"), &json!(2)));
    assert_eq!(state["attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_retry_may_be_put_off() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    client.delete(&format!("/tasks/{id}")).await;
    api.system.messages.take_all();
    assert_eq!(client.post(&format!("/tasks/{id}/retry"), &json!({ "countdown": 30 })).await.status, 202);
    assert_eq!(api.system.messages.take_all()[0].delay_seconds(), 30);
    for bad in [json!(-1), json!(31_536_001), json!("1")] {
        let answer = client.post(&format!("/tasks/{id}/retry"), &json!({ "countdown": bad })).await;
        assert_eq!(answer.problem(), (422, Some("countdown")), "{bad}");
    }
}

#[tokio::test]
async fn a_task_that_has_not_failed_is_not_begun_anew() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    let pending = client.post(&format!("/tasks/{id}/retry"), &json!({})).await;
    api.run_counts(None).await;
    let succeeded = client.post(&format!("/tasks/{id}/retry"), &json!({})).await;
    for (answer, status) in [(pending, "PENDING"), (succeeded, "SUCCESS")] {
        assert_eq!(answer.problem(), (409, None));
        assert!(answer.body["detail"].as_str().unwrap().contains(status), "{answer:?}");
    }
}

#[tokio::test]
async fn tasks_of_another_tenant_are_neither_revoked_nor_retried() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let (waiting, failed) = (one.count(&json!({ "countdown": 60 })).await, one.count(&json!({})).await);
    let wakes = api.system.messages.take_all();
    let worker = api
        .system
        .worker(|_: catalog::CountTestSets, _| async { Err::<i64, _>(task::Error::permanent("no")) });
    api.system.deliver(&worker, &wakes[1..]).await;
    for id in [waiting, failed, Uuid::now_v7()] {
        assert_eq!(two.delete(&format!("/tasks/{id}")).await.problem(), (404, None));
        assert_eq!(two.post(&format!("/tasks/{id}/retry"), &json!({})).await.problem(), (404, None));
    }
    assert_eq!(one.state(waiting).await["status"], "PENDING");
    assert_eq!(one.state(failed).await["status"], "FAILURE");
}
