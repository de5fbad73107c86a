//! Tasks whose id is the caller's, and tasks that were started by SQL and are kicked by name.

use serde_json::json;
use uuid::Uuid;

use crate::world::{Api, Client};

/// An id as other programs make them.
fn random() -> Uuid {
    Uuid::from_u128(Uuid::now_v7().as_u128().reverse_bits())
}

#[tokio::test]
async fn the_same_id_again_is_the_same_task_and_for_another_request_a_conflict() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = random();
    let body = json!({ "task_id": id, "countdown": 1000 });
    let first = client.post("/tasks/count_test_sets", &body).await;
    assert_eq!((first.status.as_u16(), first.task_id()), (202, id));
    let again = client.post("/tasks/count_test_sets", &body).await;
    assert_eq!((again.status.as_u16(), again.task_id()), (200, id));
    assert_eq!(api.written().await, (1, 1, 0));

    let other = client.post("/tasks/count_test_sets", &json!({ "task_id": id })).await;
    assert_eq!(other.problem(), (409, Some("task_id")));
    let args = json!({ "test_configuration_id": Uuid::now_v7() });
    let other_kind =
        client.post("/tasks/execute_test_configuration", &json!({ "task_id": id, "args": args })).await;
    assert_eq!(other_kind.problem(), (409, Some("task_id")));
    let stranger = api.client().await;
    assert_eq!(stranger.post("/tasks/count_test_sets", &body).await.problem(), (409, Some("task_id")));
    let both = json!({ "task_id": random(), "idempotency_key": "k" });
    assert_eq!(client.post("/tasks/count_test_sets", &both).await.problem(), (422, Some("task_id")));
    assert_eq!(
        client.post("/tasks/count_test_sets", &json!({ "task_id": "x" })).await.problem(),
        (422, Some("task_id"))
    );
    assert_eq!(api.written().await, (1, 1, 0));
}

#[tokio::test]
async fn each_of_many_may_have_an_id_of_the_callers_and_in_a_group_none_may() {
    let api = Api::new().await;
    let client = api.client().await;
    let (one, two) = (random(), random());
    let task = |id: Uuid| json!({ "kind": "count_test_sets", "task_id": id });
    assert_eq!(client.post("/tasks", &json!([task(one), task(two)])).await.ids("task_ids"), [one, two]);
    let three = random();
    assert_eq!(client.post("/tasks", &json!([task(three), task(two)])).await.ids("task_ids"), [three, two]);
    assert_eq!(api.written().await.0, 3);
    let other = json!({ "kind": "count_test_sets", "task_id": one, "priority": "high" });
    let twice = client.post("/tasks", &json!([task(three), other])).await;
    assert_eq!((twice.problem(), &twice.body["index"]), ((409, Some("tasks[1].task_id")), &json!(1)));
    let group = client.post("/groups", &json!({ "members": [task(random())] })).await;
    assert_eq!(group.problem(), (422, Some("members[0].task_id")));
}

#[tokio::test]
async fn an_id_that_stands_twice_in_a_list_is_one_task_or_a_conflict() {
    let api = Api::new().await;
    let client = api.client().await;
    let (one, two, three) = (random(), random(), random());
    let task = |id: Uuid| json!({ "kind": "count_test_sets", "task_id": id });
    let list = json!([task(one), task(two), task(one), task(one)]);
    for _ in 0..2 {
        let started = client.post("/tasks", &list).await;
        assert_eq!((started.status.as_u16(), started.ids("task_ids")), (202, vec![one, two, one, one]));
        assert_eq!(api.written().await.0, 2);
    }
    let args = json!({ "test_configuration_id": Uuid::now_v7() });
    for other in [
        json!({ "kind": "count_test_sets", "task_id": three, "priority": "high" }),
        json!({ "kind": "execute_test_configuration", "task_id": three, "args": args }),
    ] {
        let twice = client.post("/tasks", &json!([task(random()), task(three), other])).await;
        assert_eq!((twice.problem(), &twice.body["index"]), ((409, Some("tasks[2].task_id")), &json!(2)));
    }
    assert_eq!(api.written().await.0, 2);
}

/// Starts a task as any language may, without a wake-up call.
async fn start_by_sql(api: &Api, client: &Client, options: serde_json::Value) -> Uuid {
    let tenant =
        store::Tenant { organization_id: Some(client.organization_id), user_id: Some(client.user_id) };
    let mut tx = api.system.api.begin(tenant).await.unwrap();
    let id = sql::query_scalar("select tasks.enqueue('count_test_sets', '{}', $1)")
        .bind(sqlx::types::Json(options))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn what_was_started_by_sql_begins_at_once_when_it_is_kicked_and_is_sent_once() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let own = random();
    assert_eq!(start_by_sql(&api, &client, json!({ "task_id": own })).await, own);
    let soon = start_by_sql(&api, &client, json!({ "countdown": 30 })).await;
    let late = start_by_sql(&api, &client, json!({ "countdown": 5000 })).await;
    let theirs = start_by_sql(&api, &stranger, json!({})).await;
    assert!(api.system.messages.take_all().is_empty());

    let named = json!({ "task_ids": [own, soon, late, theirs, Uuid::now_v7()] });
    let answer = client.post("/kick", &named).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.body, json!({ "looks": "every minute", "kicked": 2 }));
    let mut sent: Vec<_> = api.system.messages.take_all();
    sent.sort_by_key(task::Wake::delay_seconds);
    assert_eq!(sent.iter().map(|wake| wake.task_id).collect::<Vec<_>>(), [own, soon]);
    assert_eq!(client.post("/kick", &named).await.body["kicked"], 0, "sent once");
    assert!(api.system.messages.take_all().is_empty());

    assert_eq!(client.post("/kick", &json!({ "task_ids": "x" })).await.problem(), (422, Some("task_ids")));
    assert_eq!(
        client.post("/kick", &json!({ "task_ids": ["x"] })).await.problem(),
        (422, Some("task_ids[0]"))
    );
    assert_eq!(client.post("/kick", &json!({ "ids": [] })).await.problem(), (422, Some("ids")));
}
