use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::Api;

const ADDRESS: &str = "/tasks/count_test_sets";

fn ahead(seconds: i64) -> String {
    (Utc::now() + TimeDelta::seconds(seconds)).to_rfc3339()
}

#[tokio::test]
async fn every_option_is_kept_and_shown_as_it_was_asked_for() {
    let api = Api::new().await;
    let client = api.client().await;
    let parent = client.count(&json!({})).await;
    let eta = ahead(600);
    let id = client
        .count(&json!({
            "args": {}, "eta": eta, "expires": ahead(1200), "max_retries": 7, "backoff": { "factor": 2.5, "cap": 60 },
            "time_limit": 20, "priority": "high", "limit_key": "model-a", "headers": { "x": "y" },
            "parent_id": parent,
        }))
        .await;
    let state = client.state(id).await;
    assert_eq!(
        state["options"],
        json!({
            "max_retries": 7, "backoff": { "factor": 2.5, "cap": 60 }, "time_limit": 20, "priority": "high",
            "limit_key": "model-a",
        })
    );
    assert_eq!((&state["headers"], &state["parent_id"]), (&json!({ "x": "y" }), &json!(parent)));
    let time = |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
    let off = (time(&state["not_before"]) - time(&json!(eta))).abs();
    assert!(off < TimeDelta::milliseconds(1), "{off}");
    assert!(time(&state["expires_at"]) > time(&state["not_before"]));
}

#[tokio::test]
async fn an_expiry_may_be_a_number_of_seconds() {
    let api = Api::new().await;
    let client = api.client().await;
    let state = client.state(client.count(&json!({ "expires": 90 })).await).await;
    let time = |name: &str| chrono::DateTime::parse_from_rfc3339(state[name].as_str().unwrap()).unwrap();
    assert_eq!((time("expires_at") - time("created_at")).num_seconds(), 90);
}

#[tokio::test]
async fn a_bad_option_is_refused_by_its_name_alone_in_a_list_and_in_a_group() {
    let api = Api::new().await;
    let client = api.client().await;
    for (options, field) in bad() {
        let alone = client.post(ADDRESS, &options).await;
        assert_eq!(alone.problem(), (422, Some(field)), "{options}");
        assert_eq!(alone.body.get("index"), None);

        let good = json!({ "kind": "count_test_sets" });
        let mut task = options.clone();
        task["kind"] = json!("count_test_sets");
        let listed = client.post("/tasks", &json!([good, good, task])).await;
        assert_eq!(listed.problem(), (422, Some(format!("tasks[2].{field}").as_str())), "{options}");
        assert_eq!(listed.body["index"], 2, "{options}");

        let member = client.post("/groups", &json!({ "members": [good, task] })).await;
        let callback = client.post("/groups", &json!({ "members": [good], "callback": task })).await;
        let link = client.post("/chains", &json!({ "tasks": [good, task] })).await;
        assert!([&member, &callback, &link].iter().all(|answer| answer.status == 422), "{options}");
        // A group's task may not even have these: the first of them is named, whatever is wrong with it.
        if !["countdown", "eta"].iter().any(|name| options.get(name).is_some()) {
            assert_eq!(member.problem().1.unwrap(), format!("members[1].{field}"), "{options}");
            assert_eq!(member.body["index"], 1, "{options}");
            assert_eq!(callback.problem().1.unwrap(), format!("callback.{field}"), "{options}");
            assert_eq!(callback.body.get("index"), None);
            assert_eq!(link.problem().1.unwrap(), format!("tasks[1].{field}"), "{options}");
        }
    }
    assert_eq!(api.written().await, (0, 0, 0));
    assert!(api.system.messages.take_all().is_empty());
}

fn bad() -> Vec<(Value, &'static str)> {
    let long = "x".repeat(256);
    let large: Value = json!({ "x": "y".repeat(8200) });
    vec![
        (json!({ "countdown": -1 }), "countdown"),
        (json!({ "countdown": 31_536_001 }), "countdown"),
        (json!({ "countdown": "10" }), "countdown"),
        (json!({ "countdown": 10, "eta": ahead(10) }), "eta"),
        (json!({ "eta": ahead(-60) }), "eta"),
        (json!({ "eta": ahead(367 * 86_400) }), "eta"),
        (json!({ "eta": "0000-01-01T00:00:00Z" }), "eta"),
        (json!({ "eta": "2026-03-12T19:03:58" }), "eta"),
        (json!({ "eta": 1_773_342_238 }), "eta"),
        (json!({ "expires": 0 }), "expires"),
        (json!({ "expires": -5 }), "expires"),
        (json!({ "expires": 1e300 }), "expires"),
        (json!({ "expires": ahead(-1) }), "expires"),
        (json!({ "expires": true }), "expires"),
        (json!({ "countdown": 10, "expires": 5 }), "expires"),
        (json!({ "eta": ahead(100), "expires": ahead(50) }), "expires"),
        (json!({ "max_retries": -1 }), "max_retries"),
        (json!({ "max_retries": 1001 }), "max_retries"),
        (json!({ "max_retries": 1.5 }), "max_retries"),
        (json!({ "max_retries": 9_999_999_999_i64 }), "max_retries"),
        (json!({ "backoff": 5 }), "backoff"),
        (json!({ "backoff": { "base": 1 } }), "backoff.base"),
        (json!({ "backoff": { "factor": 0 } }), "backoff.factor"),
        (json!({ "backoff": { "factor": "1" } }), "backoff.factor"),
        (json!({ "backoff": { "cap": 86_401 } }), "backoff.cap"),
        (json!({ "backoff": { "factor": 10, "cap": 5 } }), "backoff.cap"),
        (json!({ "time_limit": 0.5 }), "time_limit"),
        (json!({ "time_limit": 31 }), "time_limit"),
        (json!({ "time_limit": "30" }), "time_limit"),
        (json!({ "priority": 1 }), "priority"),
        (json!({ "priority": "urgent" }), "priority"),
        (json!({ "limit_key": "" }), "limit_key"),
        (json!({ "limit_key": long }), "limit_key"),
        (json!({ "limit_key": 7 }), "limit_key"),
        (json!({ "headers": [] }), "headers"),
        (json!({ "headers": { "x": 1 } }), "headers.x"),
        (json!({ "headers": large }), "headers"),
        (json!({ "parent_id": "7" }), "parent_id"),
        (json!({ "parent_id": Uuid::now_v7() }), "parent_id"),
        (json!({ "args": { "surprise": 1 } }), "args.surprise"),
        (json!({ "args": [] }), "args"),
        (json!({ "retries": 3 }), "retries"),
    ]
}

#[tokio::test]
async fn a_parent_must_be_a_task_of_the_same_tenant() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let id = one.count(&json!({})).await;
    assert_eq!(two.post(ADDRESS, &json!({ "parent_id": id })).await.problem(), (422, Some("parent_id")));
    one.count(&json!({ "parent_id": id })).await;
}

#[tokio::test]
async fn a_trace_travels_with_the_task_and_a_broken_one_is_left_out() {
    let api = Api::new().await;
    let client = api.client().await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let own = json!({ "headers": { "x": "y" } });
    let headers = [("traceparent", trace), ("tracestate", "vendor=1")];
    let id = client.post_with(ADDRESS, &headers, &own).await.task_id();
    assert_eq!(
        client.state(id).await["headers"],
        json!({ "x": "y", "traceparent": trace, "tracestate": "vendor=1" })
    );
    let id = client.post_with(ADDRESS, &[("traceparent", "00-broken")], &json!({})).await.task_id();
    assert_eq!(client.state(id).await["headers"], json!({}));
    let group = json!({ "members": [{ "kind": "count_test_sets" }] });
    let id = client.post_with("/groups", &headers[..1], &group).await.ids("task_ids")[0];
    assert_eq!(client.state(id).await["headers"]["traceparent"], trace);
}
