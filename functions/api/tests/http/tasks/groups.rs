use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Api, Client};

fn task() -> Value {
    json!({ "kind": "count_test_sets" })
}

async fn group(client: &Client, id: &str) -> Value {
    let answer = client.get(&format!("/groups/{id}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

#[tokio::test]
async fn a_group_begins_as_many_members_as_its_window_and_ends_with_its_callback() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({ "window": 2, "members": vec![task(); 5], "callback": task() });
    let answer = client.post("/groups", &body).await;
    assert_eq!(answer.status, 202);
    let id = answer.body["group_id"].as_str().unwrap().to_owned();
    assert_eq!(answer.headers["location"].to_str().unwrap(), format!("/groups/{id}"));
    let (members, callback) = (answer.ids("task_ids"), &answer.body["callback_id"]);
    assert_eq!(members.len(), 5);
    let begun = group(&client, &id).await;
    assert_eq!(
        begun,
        json!({
            "group_id": id, "total": 5, "done": 0, "succeeded": 0, "unsuccessful": 0, "window": 2,
            "policy": "all_ended", "chain": false, "created_at": begun["created_at"], "cancelled_at": null,
            "finished_at": null, "callback_id": callback, "parent_id": null,
        })
    );
    let wakes = api.system.messages.take_all();
    assert!(wakes.len() == 2 && wakes.iter().all(|wake| members[..2].contains(&wake.task_id)), "{wakes:?}");
    api.system.queue().dispatch(&wakes).await;
    api.run_counts(None).await;
    let ended = group(&client, &id).await;
    assert_eq!((&ended["done"], &ended["succeeded"]), (&json!(5), &json!(5)));
    assert!(ended["finished_at"].is_string(), "{ended}");
    assert_eq!(client.state(members[3]).await["group"], json!({ "group_id": id, "position": 3 }));
    let last = client.get(&format!("/tasks/{}", callback.as_str().unwrap())).await.body;
    assert_eq!(last["group"], json!({ "group_id": id, "position": null }));
    assert_eq!(last["status"], "SUCCESS");
}

#[tokio::test]
async fn a_group_needs_neither_members_nor_callback() {
    let api = Api::new().await;
    let client = api.client().await;
    let answer = client.post("/groups", &json!({ "members": [] })).await;
    assert_eq!((answer.status.as_u16(), &answer.body["callback_id"]), (202, &Value::Null));
    let ended = group(&client, answer.body["group_id"].as_str().unwrap()).await;
    assert!(ended["finished_at"].is_string(), "{ended}");
    let fired = client.post("/groups", &json!({ "members": [], "callback": task() })).await;
    api.run_counts(None).await;
    let id: Uuid = serde_json::from_value(fired.body["callback_id"].clone()).unwrap();
    assert_eq!(client.state(id).await["status"], "SUCCESS");
}

#[tokio::test]
async fn a_callback_that_wants_every_success_is_revoked_without() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({ "members": vec![task(); 2], "callback": task(), "policy": "all_succeeded" });
    let answer = client.post("/groups", &body).await;
    api.run_counts(Some("no")).await;
    let callback = client.get(&format!("/tasks/{}", answer.body["callback_id"].as_str().unwrap())).await.body;
    assert_eq!(callback["status"], "REVOKED");
    let ended = group(&client, answer.body["group_id"].as_str().unwrap()).await;
    assert_eq!((&ended["succeeded"], &ended["unsuccessful"]), (&json!(0), &json!(2)));
}

#[tokio::test]
async fn a_cancelled_group_ends_all_its_members_however_many() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({ "members": vec![task(); 2_500], "callback": task() });
    let answer = client.post("/groups", &body).await;
    let id = answer.body["group_id"].as_str().unwrap().to_owned();
    let cancelled = client.delete(&format!("/groups/{id}")).await;
    assert_eq!((cancelled.status.as_u16(), &cancelled.body), (200, &json!({ "group_id": id, "left": 0 })));
    let state = group(&client, &id).await;
    assert_eq!((&state["done"], &state["unsuccessful"]), (&json!(2_500), &json!(2_500)));
    assert!(state["cancelled_at"].is_string());
    assert_eq!(client.state(answer.ids("task_ids")[2_400]).await["error"]["type"], "Cancelled");

    api.run_counts(None).await;
    let again = client.delete(&format!("/groups/{id}")).await;
    assert_eq!(again.problem(), (409, None));
}

#[tokio::test]
async fn groups_of_another_tenant_are_not_found() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let answer = one.post("/groups", &json!({ "members": [task()] })).await;
    let address = format!("/groups/{}", answer.body["group_id"].as_str().unwrap());
    let unknown = two.get(&format!("/groups/{}", Uuid::now_v7())).await;
    assert_eq!(two.get(&address).await.problem(), (404, None));
    assert_eq!(two.get(&address).await.body, unknown.body);
    assert_eq!(two.delete(&address).await.problem(), (404, None));
    assert_eq!(one.get(&address).await.body["cancelled_at"], Value::Null);
}

#[tokio::test]
async fn a_group_that_cannot_be_is_refused_by_the_name_of_what_is_wrong() {
    let api = Api::new().await;
    let client = api.client().await;
    let with = |name: &str, value: Value| json!({ "kind": "count_test_sets", name: value });
    for (body, field) in [
        (json!({}), "members"),
        (json!({ "members": {} }), "members"),
        (json!({ "members": vec![1; 10_001] }), "members"),
        (json!({ "members": [task(), 1] }), "members[1]"),
        (json!({ "members": [{}] }), "members[0].kind"),
        (json!({ "members": [with("countdown", json!(1))] }), "members[0].countdown"),
        (json!({ "members": [with("eta", json!("2099-01-01T00:00:00Z"))] }), "members[0].eta"),
        (json!({ "members": [with("idempotency_key", json!("k"))] }), "members[0].idempotency_key"),
        (json!({ "members": [], "callback": 1 }), "callback"),
        (
            json!({ "members": [], "callback": with("idempotency_key", json!("k")) }),
            "callback.idempotency_key",
        ),
        (json!({ "members": [], "window": 0 }), "window"),
        (json!({ "members": [], "window": 65 }), "window"),
        (json!({ "members": [], "window": "10" }), "window"),
        (json!({ "members": [], "policy": "some" }), "policy"),
        (json!({ "members": [], "chord": 1 }), "chord"),
    ] {
        assert_eq!(client.post("/groups", &body).await.problem(), (422, Some(field)), "{field}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
}
