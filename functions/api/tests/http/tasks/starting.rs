use serde_json::json;
use uuid::Uuid;

use crate::world::Api;

#[tokio::test]
async fn a_started_task_is_stored_as_the_tenants_and_kicked() {
    let api = Api::new().await;
    let client = api.client().await;
    let answer = client.post("/tasks/count_test_sets", &json!({})).await;
    assert_eq!(answer.status, 202);
    let id = answer.task_id();
    assert_eq!(answer.body, json!({ "task_id": id, "status": "PENDING" }));
    assert_eq!(answer.headers["location"].to_str().unwrap(), format!("/tasks/{id}"));

    let stored: (Uuid, Uuid, String) =
        sql::query_as("select organization_id, user_id, kind from tasks.task where id = $1")
            .bind(id)
            .fetch_one(api.system.database.owner())
            .await
            .unwrap();
    assert_eq!(stored, (client.organization_id, client.user_id, "count_test_sets".into()));
    let wakes = api.system.messages.take_all();
    assert_eq!(wakes.len(), 1);
    assert_eq!((wakes[0].task_id, wakes[0].attempt, wakes[0].delay_seconds()), (id, 1, 0));
}

#[tokio::test]
async fn a_countdown_puts_the_first_attempt_off() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.post("/tasks/count_test_sets", &json!({ "args": {}, "countdown": 10 })).await.task_id();
    let wakes = api.system.messages.take_all();
    assert_eq!((wakes[0].task_id, wakes[0].delay_seconds()), (id, 10));
    let state = client.get(&format!("/tasks/{id}")).await.body;
    let time = |name: &str| chrono::DateTime::parse_from_rfc3339(state[name].as_str().unwrap()).unwrap();
    let wait = (time("not_before") - time("created_at")).as_seconds_f64();
    assert!((9.9..10.1).contains(&wait), "{wait}");
    assert_eq!(state["status"], "PENDING");
}

#[tokio::test]
async fn a_countdown_beyond_what_a_message_can_carry_is_left_to_the_relay() {
    let api = Api::new().await;
    let client = api.client().await;
    client.post("/tasks/count_test_sets", &json!({ "countdown": 31_536_000 })).await.task_id();
    assert!(api.system.messages.take_all().is_empty());
    assert_eq!(api.written().await, (1, 1, 0));
}

#[tokio::test]
async fn a_countdown_that_is_no_time_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    for countdown in [json!(-1), json!(31_536_001), json!("10"), json!([]), json!(true), json!(1e300)] {
        let answer = client.post("/tasks/count_test_sets", &json!({ "countdown": countdown })).await;
        assert_eq!(answer.problem(), (422, Some("countdown")), "{countdown}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
    assert!(api.system.messages.take_all().is_empty());
}

#[tokio::test]
async fn options_that_are_null_are_as_good_as_none() {
    let api = Api::new().await;
    let client = api.client().await;
    client.post("/tasks/count_test_sets", &json!({ "args": null, "countdown": null })).await.task_id();
}

#[tokio::test]
async fn an_unknown_kind_is_not_found_and_nothing_is_written() {
    let api = Api::new().await;
    let client = api.client().await;
    for kind in ["no_such_kind", "Count_Test_Sets", "count_test_sets%20", "%ff", "%00", "x'%3b--"] {
        let answer = client.post_text(&format!("/tasks/{kind}"), "{malformed").await;
        assert_eq!(answer.problem(), (404, None), "{kind}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn arguments_that_the_function_could_not_read_are_refused_by_the_name_of_the_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = Uuid::now_v7();
    for (kind, args, field) in [
        ("count_test_sets", json!([]), "args"),
        ("count_test_sets", json!("x"), "args"),
        ("count_test_sets", json!({ "surprise": 1 }), "args.surprise"),
        ("execute_test_configuration", json!({}), "args.test_configuration_id"),
        ("execute_test_configuration", json!({ "test_configuration_id": "7" }), "args.test_configuration_id"),
        ("execute_test_configuration", json!({ "test_configuration_id": id, "x": 1 }), "args.x"),
    ] {
        let answer = client.post(&format!("/tasks/{kind}"), &json!({ "args": args })).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{kind} {args}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn a_kind_that_only_the_engine_starts_is_refused_at_every_door() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = Uuid::now_v7();
    for (kind, args) in [
        ("execute_test", json!({ "test_run_id": id, "test_id": id })),
        ("collect_results", json!({ "test_run_id": id })),
    ] {
        let task = json!({ "kind": kind, "args": args });
        let alone = client.post(&format!("/tasks/{kind}"), &json!({ "args": args })).await;
        assert_eq!(alone.problem(), (422, Some("kind")), "{kind}");
        let listed = client.post("/tasks", &json!([task])).await;
        assert_eq!(listed.problem(), (422, Some("tasks[0].kind")), "{kind}");
        let member = client.post("/groups", &json!({ "members": [task] })).await;
        assert_eq!(member.problem(), (422, Some("members[0].kind")), "{kind}");
        let callback = client.post("/groups", &json!({ "members": [], "callback": task })).await;
        assert_eq!(callback.problem(), (422, Some("callback.kind")), "{kind}");
        let link = client.post("/chains", &json!({ "tasks": [task] })).await;
        assert_eq!(link.problem(), (422, Some("tasks[0].kind")), "{kind}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn arguments_are_checked_for_their_form_not_for_what_they_name() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({ "args": { "test_configuration_id": Uuid::now_v7() } });
    client.post("/tasks/execute_test_configuration", &body).await.task_id();
    assert_eq!(api.written().await, (1, 1, 0));
}
