//! Test configurations over HTTP.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::played::{id, play, start};
use crate::world::Api;

#[tokio::test]
async fn a_configuration_is_made_listed_shown_changed_and_deleted_in_both_spellings() {
    let api = Api::new().await;
    let client = api.client().await;
    let (seeded, test_set_id, endpoint_id) = api.configuration(&client, 1).await;
    let mut made = vec![seeded];
    for path in ["/test_configurations", "/test-configurations"] {
        let attributes = json!({ "execution_mode": "Sequential", "per_test_timeout": 30 });
        let body =
            json!({ "endpoint_id": endpoint_id, "test_set_id": test_set_id, "attributes": attributes });
        let answer = client.post(path, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(
            (&answer.body["attributes"], &answer.body["user_id"]),
            (&attributes, &json!(client.user_id))
        );
        let one = id(&answer.body["id"]);
        assert_eq!(client.get(&format!("{path}/{one}")).await.body, answer.body);
        let change = json!({ "attributes": { "batch_concurrency": 3 } });
        let changed = client.put(&format!("{path}/{one}"), &change).await.body;
        assert_eq!(changed["attributes"], change["attributes"]);
        made.insert(0, one);
    }
    let (mut seen, mut address) = (Vec::new(), "/test_configurations?limit=2".to_owned());
    loop {
        let page = client.get(&address).await;
        seen.extend(page.body.as_array().unwrap().iter().map(|one| id(&one["id"])));
        let Some(next) = page.next(&address) else { break };
        address = next;
    }
    assert_eq!(seen, made);
    let counted = client.get(&format!("/test-configurations?test_set_id={test_set_id}&skip=0")).await;
    assert_eq!(counted.headers["x-total-count"], "3");
    assert_eq!(client.delete(&format!("/test-configurations/{seeded}")).await.status, 204);
    assert_eq!(client.get(&format!("/test_configurations/{seeded}")).await.problem(), (404, None));
}

#[tokio::test]
async fn what_cannot_be_executed_is_refused_when_it_is_made() {
    let api = Api::new().await;
    let client = api.client().await;
    let (own, test_set_id, endpoint_id) = api.configuration(&client, 1).await;
    let other = api.client().await;
    let (_, foreign_set, foreign_endpoint) = api.configuration(&other, 1).await;
    let nobody = Uuid::now_v7();
    for (attributes, field) in [
        (json!({ "execution_mode": "parallel" }), "attributes.execution_mode"),
        (json!({ "batch_concurrency": 65 }), "attributes.batch_concurrency"),
        (json!({ "per_test_timeout": 0 }), "attributes.per_test_timeout"),
        (json!({ "per_test_timeout": 1800 }), "attributes.per_test_timeout"),
        (json!({ "batch_concurency": 5 }), "attributes.batch_concurency"),
        (json!({ "metrics": {} }), "attributes.metrics"),
        (json!({ "metrics": ["x"] }), "attributes.metrics[0].id"),
        (json!({ "metrics": [{ "id": nobody }] }), "attributes.metrics[0].id"),
        (json!({ "evaluation_model_id": "gpt" }), "attributes.evaluation_model_id"),
        (json!([]), "attributes"),
    ] {
        let body =
            json!({ "endpoint_id": endpoint_id, "test_set_id": test_set_id, "attributes": attributes });
        assert_eq!(client.post("/test_configurations", &body).await.problem(), (422, Some(field)), "{body}");
        let body = json!({ "attributes": attributes });
        let put = client.put(&format!("/test_configurations/{own}"), &body).await;
        assert_eq!(put.problem(), (422, Some(field)), "{body}");
    }
    for (body, field) in [
        (json!({ "test_set_id": test_set_id }), "endpoint_id"),
        (json!({ "endpoint_id": endpoint_id }), "test_set_id"),
        (json!({ "endpoint_id": foreign_endpoint, "test_set_id": test_set_id }), "endpoint_id"),
        (json!({ "endpoint_id": nobody, "test_set_id": test_set_id }), "endpoint_id"),
        (json!({ "endpoint_id": endpoint_id, "test_set_id": foreign_set }), "test_set_id"),
        (json!({ "endpoint_id": endpoint_id, "test_set_id": test_set_id, "name": "x" }), "name"),
    ] {
        assert_eq!(client.post("/test_configurations", &body).await.problem(), (422, Some(field)), "{body}");
    }
    assert_eq!(client.get("/test_configurations?skip=0").await.headers["x-total-count"], "1");
    let foreign = format!("/test_configurations/{own}");
    assert_eq!(other.get(&foreign).await.problem(), (404, None));
    assert_eq!(other.put(&foreign, &json!({})).await.problem(), (404, None));
    assert_eq!(other.delete(&foreign).await.problem(), (404, None));
}

#[tokio::test]
async fn what_a_run_is_made_of_stays_as_it_was() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 1).await;
    let (_, other_set, other_endpoint) = api.configuration(&client, 1).await;
    let address = format!("/test_configurations/{configuration}");
    let run = play(&api, &client, configuration).await;
    let sequential = json!({ "attributes": { "execution_mode": "Sequential" } });
    assert_eq!(client.put(&address, &sequential).await.status, 200);
    for change in [json!({ "test_set_id": other_set }), json!({ "endpoint_id": other_endpoint })] {
        assert_eq!(client.put(&address, &change).await.problem(), (409, None), "{change}");
    }
    assert_eq!(client.delete(&address).await.problem(), (409, None));
    let (queued, _) = start(&client, configuration).await;
    assert_eq!(client.put(&address, &sequential).await.problem(), (409, None));
    for run in [run, queued] {
        client.post(&format!("/test_runs/{run}/cancel"), &json!({})).await;
        assert_eq!(client.delete(&format!("/test_runs/{run}")).await.status, 204);
    }
    assert_eq!(
        client.put(&address, &json!({ "test_set_id": other_set })).await.body["test_set_id"],
        json!(other_set)
    );
    assert_eq!(client.delete(&address).await.status, 204);
}

#[tokio::test]
async fn a_test_set_is_executed_on_an_endpoint_in_one_commit() {
    let api = Api::new().await;
    let client = api.client().await;
    let (_, test_set_id, endpoint_id) = api.configuration(&client, 3).await;
    let address = format!("/test_sets/{test_set_id}/execute/{endpoint_id}");
    let options = json!({ "execution_mode": "Parallel", "batch_concurrency": 4, "per_test_timeout": null });
    let answer = client.post(&address, &json!({ "execution_options": options })).await;
    let configuration = id(&answer.body["test_configuration_id"]);
    assert_eq!(
        answer.body,
        json!({
            "status": "submitted", "message": "The test run is queued.", "test_set_id": test_set_id,
            "endpoint_id": endpoint_id, "test_configuration_id": configuration,
            "test_run_id": answer.body["test_run_id"], "task_id": answer.task_id(),
        })
    );
    let made = client.get(&format!("/test_configurations/{configuration}")).await.body;
    assert_eq!(made["attributes"], json!({ "execution_mode": "Parallel", "batch_concurrency": 4 }));
    assert_eq!(api.written().await, (1, 1, 1));
    assert_eq!(api.system.messages.take_all().len(), 1);
    // Without a body too.
    assert_eq!(client.post_text(&address, "").await.status, 200);
}

#[tokio::test]
async fn a_test_set_that_is_executed_again_with_the_same_key_has_one_configuration_and_one_run() {
    let api = Api::new().await;
    let client = api.client().await;
    let (_, test_set_id, endpoint_id) = api.configuration(&client, 3).await;
    let address = format!("/test_sets/{test_set_id}/execute/{endpoint_id}");
    let key = [("idempotency-key", "nightly-7")];
    let body = json!({ "execution_options": { "batch_concurrency": 4 } });
    let at_once = futures::future::join_all((0..4).map(|_| client.post_with(&address, &key, &body))).await;
    let first = &at_once[0].body;
    assert!(at_once.iter().all(|answer| answer.status == 200 && answer.body == *first), "{at_once:?}");
    let other = json!({ "execution_options": { "batch_concurrency": 5 } });
    assert_eq!(client.post_with(&address, &key, &other).await.problem(), (422, Some("Idempotency-Key")));
    assert_eq!(api.written().await, (1, 1, 1));
    assert_eq!(client.get("/test_configurations?skip=0").await.headers["x-total-count"], "2");
    // Another tenant's key of the same name is another key.
    let stranger = api.client().await;
    let (_, set, endpoint) = api.configuration(&stranger, 1).await;
    let answer =
        stranger.post_with(&format!("/test_sets/{set}/execute/{endpoint}"), &key, &Value::Null).await;
    assert_eq!(answer.problem(), (422, Some("body")));
    let answer = stranger.post_with(&format!("/test_sets/{set}/execute/{endpoint}"), &key, &json!({})).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_test_set_that_cannot_be_executed_is_refused_by_name_and_nothing_is_written() {
    let api = Api::new().await;
    let client = api.client().await;
    let (_, set, endpoint) = api.configuration(&client, 1).await;
    let (_, empty, _) = api.configuration(&client, 0).await;
    let (_, foreign_set, foreign_endpoint) = api.configuration(&api.client().await, 1).await;
    for (set, endpoint, body, problem) in [
        (foreign_set, endpoint, json!({}), (404, None)),
        (set, foreign_endpoint, json!({}), (404, None)),
        (empty, endpoint, json!({}), (422, Some("test_set_id"))),
        (set, endpoint, json!({ "execution_options": 3 }), (422, Some("execution_options"))),
        (
            set,
            endpoint,
            json!({ "execution_options": { "batch_concurrency": 0 } }),
            (422, Some("execution_options.batch_concurrency")),
        ),
        (set, endpoint, json!({ "execution_options": { "mode": 1 } }), (422, Some("execution_options.mode"))),
        (set, endpoint, json!({ "metrics": [{ "id": set }] }), (422, Some("metrics[0].id"))),
        (set, endpoint, json!({ "evaluation_model_id": 4 }), (422, Some("evaluation_model_id"))),
        (set, endpoint, json!({ "dry_run": true }), (422, Some("dry_run"))),
    ] {
        let answer = client.post(&format!("/test_sets/{set}/execute/{endpoint}"), &body).await;
        assert_eq!(answer.problem(), problem, "{body}");
    }
    let bad = client.post(&format!("/test_sets/{set}/execute/7"), &json!({})).await;
    assert_eq!(bad.problem(), (422, Some("endpoint_id")));
    assert_eq!(api.written().await, (0, 0, 0));
    assert_eq!(client.get("/test_configurations?skip=0").await.headers["x-total-count"], "2");
}
