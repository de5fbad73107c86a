use serde_json::json;

use crate::world::Api;

#[tokio::test]
async fn a_chain_runs_one_after_the_other() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({ "tasks": vec![json!({ "kind": "count_test_sets" }); 3] });
    let answer = client.post("/chains", &body).await;
    assert_eq!((answer.status.as_u16(), &answer.body["callback_id"]), (202, &json!(null)));
    let ids = answer.ids("task_ids");
    let wakes = api.system.messages.take_all();
    assert_eq!(wakes.iter().map(|wake| wake.task_id).collect::<Vec<_>>(), ids[..1]);
    api.system.queue().dispatch(&wakes).await;
    api.run_counts(None).await;
    for id in ids {
        assert_eq!(client.state(id).await["status"], "SUCCESS");
    }
    let group = client.get(&format!("/groups/{}", answer.body["group_id"].as_str().unwrap())).await.body;
    assert_eq!((&group["chain"], &group["window"], &group["done"]), (&json!(true), &json!(1), &json!(3)));
    assert!(group["finished_at"].is_string());
}

#[tokio::test]
async fn a_link_that_fails_revokes_those_behind_it() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({ "tasks": vec![json!({ "kind": "count_test_sets" }); 3] });
    let ids = client.post("/chains", &body).await.ids("task_ids");
    api.run_counts(Some("no")).await;
    for (id, status) in ids.into_iter().zip(["FAILURE", "REVOKED", "REVOKED"]) {
        assert_eq!(client.state(id).await["status"], status);
    }
}

#[tokio::test]
async fn a_chain_without_a_task_is_none() {
    let api = Api::new().await;
    let client = api.client().await;
    for body in [json!({}), json!({ "tasks": [] }), json!({ "tasks": 1 })] {
        assert_eq!(client.post("/chains", &body).await.problem(), (422, Some("tasks")), "{body}");
    }
    let windowed = json!({ "tasks": [{ "kind": "count_test_sets" }], "window": 2 });
    assert_eq!(client.post("/chains", &windowed).await.problem(), (422, Some("window")));
}
