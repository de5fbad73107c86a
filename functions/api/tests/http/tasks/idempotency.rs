use serde_json::json;

use crate::world::Api;

const ADDRESS: &str = "/tasks/count_test_sets";
const KEY: (&str, &str) = ("idempotency-key", "order-7");

#[tokio::test]
async fn the_same_key_and_request_answer_the_same_task_and_start_nothing() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({ "countdown": 1, "headers": { "x": "y" } });
    let first = client.post_with(ADDRESS, &[KEY], &body).await;
    assert_eq!(first.status, 202);
    assert_eq!(api.system.messages.take_all().len(), 1);
    let trace = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let again = client.post_with(ADDRESS, &[KEY, trace], &body).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.body, first.body);
    assert_eq!(again.headers["location"], first.headers["location"]);
    assert_eq!(api.written().await, (1, 1, 0));
    assert!(api.system.messages.take_all().is_empty());
}

#[tokio::test]
async fn a_repeated_request_is_answered_with_how_the_task_stands_though_its_time_has_passed() {
    let api = Api::new().await;
    let client = api.client().await;
    // Far enough for a busy machine to run the task before.
    let soon = chrono::Utc::now() + chrono::TimeDelta::seconds(5);
    let body = json!({ "expires": soon.to_rfc3339() });
    let id = client.post_with(ADDRESS, &[KEY], &body).await.task_id();
    api.run_counts(None).await;
    let left = (soon - chrono::Utc::now()).to_std().unwrap_or_default();
    tokio::time::sleep(left + std::time::Duration::from_millis(100)).await;
    let again = client.post_with(ADDRESS, &[KEY], &body).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &json!({ "task_id": id, "status": "SUCCESS" })));
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused_by_the_name_it_was_sent_under() {
    let api = Api::new().await;
    let client = api.client().await;
    client.post_with(ADDRESS, &[KEY], &json!({})).await.task_id();
    for other in [json!({ "countdown": 1 }), json!({ "priority": "low" }), json!({ "headers": { "x": "y" } })]
    {
        let answer = client.post_with(ADDRESS, &[KEY], &other).await;
        assert_eq!(answer.problem(), (422, Some("Idempotency-Key")), "{other}");
        assert!(!answer.body["detail"].as_str().unwrap().contains("order-7"));
    }
    let by_field = json!({ "countdown": 1, "idempotency_key": "order-7" });
    assert_eq!(client.post(ADDRESS, &by_field).await.problem(), (422, Some("idempotency_key")));
    assert_eq!(api.written().await, (1, 1, 0));
}

#[tokio::test]
async fn header_and_field_are_one_key_and_must_not_contradict() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = client.post_with(ADDRESS, &[KEY], &json!({})).await.task_id();
    let both = client.post_with(ADDRESS, &[KEY], &json!({ "idempotency_key": "order-7" })).await;
    let field = client.post(ADDRESS, &json!({ "idempotency_key": "order-7" })).await;
    assert_eq!((both.task_id(), field.task_id()), (id, id));
    let contradiction = client.post_with(ADDRESS, &[KEY], &json!({ "idempotency_key": "order-8" })).await;
    assert_eq!(contradiction.problem(), (422, Some("Idempotency-Key")));
}

#[tokio::test]
async fn keys_of_two_tenants_and_of_two_kinds_are_different_keys() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let (configuration, ..) = api.configuration(&one, 1).await;
    let ours = one.post_with(ADDRESS, &[KEY], &json!({})).await.task_id();
    let theirs = two.post_with(ADDRESS, &[KEY], &json!({ "countdown": 5 })).await.task_id();
    assert_ne!(ours, theirs);
    let execute = format!("/test-configurations/{configuration}/execute");
    assert_ne!(one.post_with(&execute, &[KEY], &json!({})).await.task_id(), ours);
}

#[tokio::test]
async fn requests_with_one_key_at_the_same_time_start_one_task() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({});
    let requests = (0..8).map(|_| client.post_with(ADDRESS, std::slice::from_ref(&KEY), &body));
    let answers = futures::future::join_all(requests).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 202).count(), 1);
    assert!(answers.iter().all(|answer| answer.task_id() == answers[0].task_id()));
    assert_eq!(api.written().await, (1, 1, 0));
    assert_eq!(api.system.messages.take_all().len(), 1);
}

#[tokio::test]
async fn a_run_that_is_asked_for_twice_with_one_key_is_one_run() {
    let api = Api::new().await;
    let client = api.client().await;
    let (one, ..) = api.configuration(&client, 2).await;
    let (other, ..) = api.configuration(&client, 2).await;
    let address = format!("/test-configurations/{one}/execute");
    let first = client.post_with(&address, &[KEY], &json!({})).await;
    let other_spelling = format!("/test_configurations/{one}/execute");
    let again = client.post_with(&other_spelling, &[KEY], &json!({})).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (200, 200));
    assert_eq!(first.body, again.body);
    assert_eq!(api.written().await, (1, 1, 1));
    let another =
        client.post_with(&format!("/test-configurations/{other}/execute"), &[KEY], &json!({})).await;
    assert_eq!(another.problem(), (422, Some("Idempotency-Key")));
    assert_eq!(api.written().await, (1, 1, 1));
}

#[tokio::test]
async fn after_a_run_was_deleted_the_same_request_starts_a_new_one_by_every_door() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, test_set, endpoint) = api.configuration(&client, 2).await;
    for address in [
        format!("/test-configurations/{configuration}/execute"),
        format!("/test_sets/{test_set}/execute/{endpoint}"),
    ] {
        let ask = async || client.post_with(&address, &[KEY], &json!({})).await;
        let first = ask().await;
        assert_eq!(ask().await.body["test_run_id"], first.body["test_run_id"]);
        let run = first.body["test_run_id"].as_str().unwrap();
        assert_eq!(client.post(&format!("/test_runs/{run}/cancel"), &json!({})).await.status, 200);
        assert_eq!(ask().await.body["test_run_id"], first.body["test_run_id"], "it is still there");
        assert_eq!(client.delete(&format!("/test_runs/{run}")).await.status, 204);
        let fresh = ask().await;
        assert_eq!(fresh.status, 200, "{fresh:?}");
        assert_ne!(fresh.body["test_run_id"], first.body["test_run_id"]);
        assert_eq!(ask().await.body, fresh.body);
        let run = fresh.body["test_run_id"].as_str().unwrap();
        client.post(&format!("/test_runs/{run}/cancel"), &json!({})).await;
        assert_eq!(client.delete(&format!("/test_runs/{run}")).await.status, 204);
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    let long = "k".repeat(256);
    for headers in [&[("idempotency-key", "")][..], &[("idempotency-key", &long)], &[KEY, KEY]] {
        let answer = client.post_with(ADDRESS, headers, &json!({})).await;
        assert_eq!(answer.problem(), (422, Some("Idempotency-Key")));
    }
    for bad in [json!(""), json!(7), json!(long)] {
        let answer = client.post(ADDRESS, &json!({ "idempotency_key": bad })).await;
        assert_eq!(answer.problem(), (422, Some("idempotency_key")), "{bad}");
    }
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn a_key_in_the_header_is_refused_where_it_would_be_for_many_tasks() {
    let api = Api::new().await;
    let client = api.client().await;
    let task = json!({ "kind": "count_test_sets" });
    let answer = client.post_with("/tasks", &[KEY], &json!([task])).await;
    assert_eq!(answer.problem(), (422, Some("Idempotency-Key")));
    assert_eq!(api.written().await, (0, 0, 0));
}

#[tokio::test]
async fn a_group_or_a_chain_whose_request_is_repeated_is_the_same_one() {
    let api = Api::new().await;
    let client = api.client().await;
    let task = |n: u32| json!({ "kind": "count_test_sets", "headers": { "n": n.to_string() } });
    for (address, body, another) in [
        (
            "/groups",
            json!({ "members": [task(60), task(61)], "callback": task(0), "window": 1 }),
            json!({ "members": [task(60)], "callback": task(0), "window": 1 }),
        ),
        ("/groups", json!({ "members": [], "callback": task(60) }), json!({ "members": [task(60)] })),
        ("/chains", json!({ "tasks": [task(60), task(61)] }), json!({ "tasks": [task(61), task(60)] })),
    ] {
        let name = body.to_string();
        let key = &[("idempotency-key", name.as_str())];
        let first = client.post_with(address, key, &body).await;
        assert_eq!(first.status, 202, "{first:?}");
        let written = api.written().await;
        let again = client.post_with(address, key, &body).await;
        assert_eq!((again.status.as_u16(), &again.body), (202, &first.body));
        assert_eq!(again.headers["location"], first.headers["location"]);
        assert_eq!(api.written().await, written, "{address}");
        let refused = client.post_with(address, key, &another).await;
        assert_eq!(refused.problem(), (422, Some("Idempotency-Key")), "{address}");
        // Another organization's key is another key; two at once are one group.
        let neighbour = api.client().await;
        let ask = async || neighbour.post_with(address, key, &body).await;
        let (one, two) = tokio::join!(ask(), ask());
        assert_eq!((one.status.as_u16(), &one.body), (202, &two.body));
        assert_ne!(one.body["group_id"], first.body["group_id"]);
    }
    let none = client.post_with("/groups", &[KEY], &json!({ "members": [] })).await;
    assert_eq!(none.problem(), (422, Some("Idempotency-Key")), "nothing would keep the key");
}
