use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use uuid::Uuid;

use crate::world::Api;

#[tokio::test]
async fn both_spellings_start_a_run_in_one_commit_and_kick_its_task() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, test_set_id, endpoint_id) = api.configuration(&client, 3).await;
    for path in ["test-configurations", "test_configurations"] {
        let request = Request::post(format!("/{path}/{id}/execute")).body(Body::empty()).unwrap();
        let answer = client.send(request).await;
        assert_eq!(answer.status, 200);
        let task_id = answer.task_id();

        let run: (Uuid, Uuid, Uuid, String, i32) = sql::query_as(
            "select id, user_id, organization_id, status, total from test_run
             where task_id = $1 and test_configuration_id = $2",
        )
        .bind(task_id)
        .bind(id)
        .fetch_one(api.system.database.owner())
        .await
        .unwrap();
        assert_eq!(
            (run.1, run.2, run.3.as_str(), run.4),
            (client.user_id, client.organization_id, "Queued", 3)
        );
        assert_eq!(
            answer.body,
            json!({
                "task_id": task_id, "status": "submitted", "test_configuration_id": id, "test_run_id": run.0,
                "test_set_id": test_set_id, "endpoint_id": endpoint_id, "user_id": client.user_id,
            })
        );
        let wakes = api.system.messages.take_all();
        assert_eq!(wakes.len(), 1);
        assert_eq!((wakes[0].task_id, wakes[0].kind.as_str()), (task_id, "execute_test_configuration"));
    }
    assert_eq!(api.written().await, (2, 2, 2));
}

#[tokio::test]
async fn a_body_with_options_of_the_predecessor_is_borne() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, ..) = api.configuration(&client, 1).await;
    let address = format!("/test-configurations/{id}/execute");
    client.post(&address, &json!({ "experiment_id": null, "environment": "staging" })).await.task_id();
    assert_eq!(client.post(&address, &json!([])).await.problem(), (422, Some("body")));
}

#[tokio::test]
async fn an_unknown_configuration_and_another_tenants_are_not_found_alike_and_nothing_is_written() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let (id, ..) = api.configuration(&one, 1).await;
    let foreign = two.post(&format!("/test-configurations/{id}/execute"), &json!({})).await;
    let unknown = two.post(&format!("/test_configurations/{}/execute", Uuid::now_v7()), &json!({})).await;
    assert_eq!(foreign.problem(), (404, None));
    assert_eq!(foreign.body["detail"], "Test configuration not found");
    assert_eq!(foreign.body, unknown.body);
    assert_eq!(api.written().await, (0, 0, 0));
    assert!(api.system.messages.take_all().is_empty());
}

#[tokio::test]
async fn a_configuration_that_cannot_be_executed_is_refused_by_the_name_of_what_is_missing() {
    let api = Api::new().await;
    let client = api.client().await;
    let (empty, ..) = api.configuration(&client, 0).await;
    let (without, ..) = api.configuration(&client, 1).await;
    let (odd, ..) = api.configuration(&client, 1).await;
    api.change(format!("update test_configuration set test_set_id = null where id = '{without}'")).await;
    let attributes = json!({ "execution_mode": "sideways" });
    api.change(format!("update test_configuration set attributes = '{attributes}' where id = '{odd}'")).await;
    for (id, field) in [(empty, "test_set_id"), (without, "test_set_id"), (odd, "attributes.execution_mode")]
    {
        let answer = client.post(&format!("/test-configurations/{id}/execute"), &json!({})).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{answer:?}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn a_run_does_not_exist_without_its_task() {
    let api = Api::new().await;
    let client = api.client().await;
    let (id, ..) = api.configuration(&client, 1).await;
    api.change("delete from tasks.kind where kind = 'execute_test_configuration'".into()).await;
    let answer = client.post(&format!("/test-configurations/{id}/execute"), &json!({})).await;
    assert_eq!(answer.problem(), (500, None));
    assert_eq!(api.written().await, (0, 0, 0));
    assert!(api.system.messages.take_all().is_empty());
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    for id in ["7", "no-uuid", "%00", "%ff", "01976ad0-0000-7000-8000-00000000000g", "a%2fb"] {
        let answer = client.post(&format!("/test-configurations/{id}/execute"), &json!({})).await;
        assert_eq!(answer.problem(), (422, Some("id")), "{id}");
    }
}
