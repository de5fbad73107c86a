use catalog::{CollectResults, CountTestSets, ExecuteTest, ExecuteTestConfiguration};
use serde_json::{Value, json};
use store::Group;
use task::Error;
use uuid::Uuid;
use worker::End;

use crate::world::{Api, Client};

async fn why(client: &Client, id: Uuid) -> Value {
    let answer = client.get(&format!("/tasks/{id}/why")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["task_id"], json!(id));
    assert!(answer.body["because"].as_str().is_some_and(|text| text.ends_with('.')), "{answer:?}");
    answer.body
}

#[track_caller]
fn waits_for(answer: &Value, word: &str) {
    assert_eq!(answer["waiting_for"], word, "{answer}");
}

#[tokio::test]
async fn a_task_that_was_sent_waits_for_its_message_and_then_for_the_relay() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    let answer = why(&client, id).await;
    waits_for(&answer, "message");
    assert_eq!((&answer["status"], &answer["evidence"]["dispatches"]), (&json!("PENDING"), &json!(1)));
    assert!(answer["evidence"]["next_repeat_at"].is_string());
    api.system.pass(id, 60.0).await;
    let answer = why(&client, id).await;
    waits_for(&answer, "relay");
    assert!(answer["evidence"]["relay_swept_at"].is_string(), "{answer}");
}

#[tokio::test]
async fn a_countdown_and_a_backoff_wait_for_their_time() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({ "countdown": 60 })).await;
    let answer = why(&client, id).await;
    waits_for(&answer, "time");
    assert_eq!(answer["evidence"]["not_before"], client.state(id).await["not_before"]);
    let id = client.count(&json!({ "backoff": { "factor": 86_400, "cap": 86_400 } })).await;
    let busy = api.system.worker(|_: CountTestSets, _| async { Err::<i64, _>(Error::retry("busy")) });
    let wakes: Vec<_> =
        api.system.messages.take_all().into_iter().filter(|wake| wake.task_id == id).collect();
    api.system.deliver(&busy, &wakes).await;
    let answer = why(&client, id).await;
    waits_for(&answer, "time");
    assert_eq!((&answer["status"], &answer["evidence"]["retries"]), (&json!("RETRY"), &json!(1)));
}

#[tokio::test]
async fn a_task_that_runs_waits_for_its_function_until_its_lease_is_over() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    api.change(format!(
        "update tasks.outbox set claimed_at = clock_timestamp(), claim_token = gen_random_uuid(),
           claimed_by = 'request stream', visible_at = clock_timestamp() + tasks.lease()
         where task_id = '{id}'"
    ))
    .await;
    let answer = why(&client, id).await;
    waits_for(&answer, "function");
    assert_eq!(answer["evidence"]["request_id"], "request");
    assert_eq!(answer["evidence"]["log_stream"], "stream");
    assert!(answer["evidence"]["lease_until"].is_string());
    api.system.pass(id, 120.0).await;
    waits_for(&why(&client, id).await, "relay");
}

#[tokio::test]
async fn members_wait_for_the_window_and_the_callback_for_the_members() {
    let api = Api::new().await;
    let client = api.client().await;
    let task = json!({ "kind": "count_test_sets" });
    let body = json!({ "window": 2, "members": vec![task.clone(); 4], "callback": task });
    let group = client.post("/groups", &body).await;
    let members = group.ids("task_ids");
    waits_for(&why(&client, members[1]).await, "message");
    let answer = why(&client, members[3]).await;
    waits_for(&answer, "window");
    assert_eq!(
        answer["evidence"],
        json!({ "group_id": group.body["group_id"], "position": 3, "window": 2, "ahead": 3 })
    );
    let callback = serde_json::from_value(group.body["callback_id"].clone()).unwrap();
    let answer = why(&client, callback).await;
    waits_for(&answer, "members");
    assert_eq!(answer["evidence"]["remaining"], 4);
}

#[tokio::test]
async fn what_is_left_of_a_cancelled_group_waits_for_the_relay_let_go_or_not() {
    let api = Api::new().await;
    let client = api.client().await;
    let task = json!({ "kind": "count_test_sets" });
    let group = client.post("/groups", &json!({ "window": 1, "members": vec![task.clone(); 2] })).await;
    api.change(format!(
        "update tasks.task_group set cancelled_at = clock_timestamp() where id = {}",
        group.body["group_id"].to_string().replace('"', "'")
    ))
    .await;
    for member in group.ids("task_ids") {
        let answer = why(&client, member).await;
        waits_for(&answer, "relay");
        assert_eq!(answer["evidence"]["group_id"], group.body["group_id"]);
    }
}

#[tokio::test]
async fn a_task_that_was_handed_over_waits_for_its_group() {
    let api = Api::new().await;
    let client = api.client().await;
    let args = json!({ "args": { "test_configuration_id": Uuid::now_v7() } });
    let id = client.post("/tasks/execute_test_configuration", &args).await.task_id();
    let worker = api.system.worker(|_: ExecuteTestConfiguration, _| async {
        let test = ExecuteTest { test_run_id: Uuid::nil(), test_id: Uuid::now_v7() };
        Ok(End::HandOver(Group::new([test], 10, &CollectResults { test_run_id: Uuid::nil() })))
    });
    api.system.drain("execute_test_configuration", &worker).await;
    let answer = why(&client, id).await;
    waits_for(&answer, "group");
    assert_eq!((&answer["evidence"]["done"], &answer["evidence"]["total"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn a_task_without_room_waits_for_its_limit() {
    let api = Api::new().await;
    let client = api.client().await;
    client.put("/limits/running", &json!({ "max_running": 1 })).await;
    client.put("/limits/rate", &json!({ "rate": { "count": 1, "per_seconds": 3600 } })).await;
    let mut ids = Vec::new();
    for key in ["running", "running", "rate", "rate"] {
        ids.push(client.count(&json!({ "limit_key": key })).await);
    }
    api.change(format!(
        "update tasks.outbox set claimed_at = clock_timestamp(), claim_token = gen_random_uuid()
         where task_id = '{}'",
        ids[0]
    ))
    .await;
    api.deliver_once().await;
    let answer = why(&client, ids[1]).await;
    waits_for(&answer, "limit");
    assert_eq!(
        (
            &answer["evidence"]["limit_key"],
            &answer["evidence"]["max_running"],
            &answer["evidence"]["running"]
        ),
        (&json!("running"), &json!(1), &json!(1))
    );
    let answer = why(&client, ids[3]).await;
    waits_for(&answer, "limit");
    assert_eq!(answer["evidence"]["rate"], json!({ "count": 1.0, "per_seconds": 3600.0 }));
}

#[tokio::test]
async fn a_task_of_a_newer_contract_waits_for_a_deployment() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    api.change(format!("update tasks.outbox set version = 2 where task_id = '{id}'")).await;
    api.change(format!("update tasks.task set version = 2 where id = '{id}'")).await;
    let answer = why(&client, id).await;
    waits_for(&answer, "deployment");
    assert_eq!(answer["evidence"], json!({ "version": 2, "kind_version": 1 }));
}

#[tokio::test]
async fn a_task_that_has_ended_waits_for_nothing() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.count(&json!({})).await;
    api.run_counts(Some("no")).await;
    let answer = why(&client, id).await;
    waits_for(&answer, "nothing");
    assert_eq!(answer["status"], "FAILURE");
    assert!(answer["evidence"]["finished_at"].is_string() && answer["evidence"]["error_type"].is_string());
}

#[tokio::test]
async fn why_another_tenants_task_waits_is_not_told() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let id = one.count(&json!({})).await;
    assert_eq!(two.get(&format!("/tasks/{id}/why")).await.problem(), (404, None));
    assert_eq!(two.get(&format!("/tasks/{}/why", Uuid::now_v7())).await.problem(), (404, None));
    assert_eq!(two.get("/tasks/7/why").await.problem(), (422, Some("id")));
}
