use std::collections::BTreeSet;

use catalog::CountTestSets;
use serde_json::{Value, json};
use task::Error;
use uuid::Uuid;

use crate::world::{Api, Client};

async fn list(client: &Client, query: &str) -> Vec<Uuid> {
    let answer = client.get(&format!("/tasks{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    ids(&answer.body)
}

fn ids(page: &Value) -> Vec<Uuid> {
    let tasks = page.as_array().unwrap();
    tasks.iter().map(|task| serde_json::from_value(task["task_id"].clone()).unwrap()).collect()
}

#[tokio::test]
async fn a_list_shows_how_tasks_stand_newest_first_and_neither_arguments_nor_results() {
    let api = Api::new().await;
    let client = api.client().await;
    let first = client.count(&json!({})).await;
    api.run_counts(None).await;
    let second = client.count(&json!({ "parent_id": first })).await;
    let page = client.get("/tasks").await;
    assert_eq!((ids(&page.body), page.next("")), (vec![second, first], None));
    let (new, old) = (&page.body[0], &page.body[1]);
    assert_eq!(
        *new,
        json!({
            "task_id": second, "kind": "count_test_sets", "status": "PENDING", "attempt": 1, "parent_id": first,
            "created_at": new["created_at"], "not_before": new["not_before"], "claimed_at": null,
            "started_at": null, "finished_at": null, "duration_ms": null, "group_id": null,
            "waiting_for": "message",
        })
    );
    assert!(new["not_before"].is_string() && old["not_before"].is_null());
    assert_eq!((&old["status"], &old["attempt"]), (&json!("SUCCESS"), &json!(1)));
    assert!(old["finished_at"].is_string() && old["waiting_for"].is_null());
}

#[tokio::test]
async fn a_list_says_of_each_unfinished_task_what_its_own_page_says_that_it_waits_for() {
    let api = Api::new().await;
    let client = api.client().await;
    client.count(&json!({ "countdown": 600 })).await;
    client.count(&json!({})).await;
    client.put("/limits?key=k", &json!({ "max_running": 1 })).await;
    for _ in 0..2 {
        client.count(&json!({ "limit_key": "k" })).await;
    }
    let members = json!(vec![json!({ "kind": "count_test_sets" }); 3]);
    client
        .post(
            "/groups",
            &json!({ "window": 1, "members": members, "callback": { "kind": "count_test_sets" } }),
        )
        .await;
    let page = client.get("/tasks").await;
    let mut words = std::collections::BTreeSet::new();
    for line in page.body.as_array().unwrap() {
        let why = client.get(&format!("/tasks/{}/why", line["task_id"].as_str().unwrap())).await;
        assert_eq!(line["waiting_for"], why.body["waiting_for"], "{line}");
        words.insert(line["waiting_for"].as_str().unwrap().to_owned());
    }
    for word in ["time", "message", "window", "members"] {
        assert!(words.contains(word), "{words:?}");
    }
}

#[tokio::test]
async fn pages_hold_every_task_once_though_tasks_come_in_between() {
    let api = Api::new().await;
    let client = api.client().await;
    let tasks = json!(vec![json!({ "kind": "count_test_sets" }); 25]);
    let mut started: Vec<Uuid> = client.post("/tasks", &tasks).await.ids("task_ids");
    let (mut seen, mut address) = (Vec::new(), "/tasks?limit=7".to_owned());
    loop {
        let page = client.get(&address).await;
        seen.extend(ids(&page.body));
        client.count(&json!({})).await;
        let Some(next) = page.next(&address) else { break };
        address = next;
    }
    started.sort();
    started.reverse();
    assert_eq!(seen, started);
}

#[tokio::test]
async fn each_status_lists_its_own() {
    let api = Api::new().await;
    let client = api.client().await;
    let success = client.count(&json!({})).await;
    api.run_counts(None).await;
    let failure = client.count(&json!({})).await;
    api.run_counts(Some("no")).await;
    let revoked = client.count(&json!({})).await;
    client.delete(&format!("/tasks/{revoked}")).await;
    api.system.messages.take_all();
    let retry = client.count(&json!({})).await;
    let busy = api.system.worker(|_: CountTestSets, _| async { Err::<i64, _>(Error::retry("busy")) });
    let wakes = api.system.messages.take_all();
    api.system.deliver(&busy, &wakes).await;
    let started = client.count(&json!({})).await;
    api.change(format!(
        "update tasks.outbox set claimed_at = clock_timestamp(), claim_token = gen_random_uuid()
         where task_id = '{started}'"
    ))
    .await;
    let pending = client.count(&json!({})).await;
    for (status, id) in [
        ("SUCCESS", success),
        ("FAILURE", failure),
        ("REVOKED", revoked),
        ("RETRY", retry),
        ("STARTED", started),
        ("PENDING", pending),
    ] {
        assert_eq!(list(&client, &format!("?status={status}")).await, [id], "{status}");
        let both = format!("?status={status}&kind=count_test_sets&limit=1");
        assert_eq!(list(&client, &both).await, [id], "{status}");
        assert_eq!(client.state(id).await["status"], status);
        let other = format!("?status={status}&kind=execute_test");
        assert!(list(&client, &other).await.is_empty(), "{status}");
    }
    assert_eq!(list(&client, "").await.len(), 6);
}

#[tokio::test]
async fn kind_parent_and_time_narrow_the_list() {
    let api = Api::new().await;
    let client = api.client().await;
    let old = client.count(&json!({})).await;
    let other = json!({ "args": { "test_configuration_id": Uuid::now_v7() } });
    let configuration = client.post("/tasks/execute_test_configuration", &other).await.task_id();
    let child = client.count(&json!({ "parent_id": old })).await;
    assert_eq!(list(&client, "?kind=execute_test_configuration").await, [configuration]);
    assert_eq!(list(&client, "?kind=count_test_sets").await, [child, old]);
    assert_eq!(list(&client, &format!("?parent_id={old}")).await, [child]);
    assert!(list(&client, &format!("?parent_id={old}&status=SUCCESS")).await.is_empty());

    let state = client.state(configuration).await;
    let time = state["created_at"].as_str().unwrap();
    assert_eq!(list(&client, &format!("?created_after={time}")).await, [child, configuration]);
    assert_eq!(list(&client, &format!("?created_before={time}")).await, [old]);
    let both = format!("?created_after={time}&created_before=2999-01-01T00:00:00Z&kind=count_test_sets");
    assert_eq!(list(&client, &both).await, [child]);
    assert!(list(&client, "?created_after=2999-01-01T00:00:00Z").await.is_empty());
}

#[tokio::test]
async fn a_tenant_lists_its_own_tasks_only_with_any_filter() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let id = one.count(&json!({})).await;
    two.count(&json!({})).await;
    let newest = one.count(&json!({})).await;
    let next = one.get("/tasks?limit=1").await.next("").unwrap();
    for query in ["", "?status=PENDING", "?kind=count_test_sets"] {
        let ours = list(&two, query).await;
        assert!(ours.len() == 1 && !ours.contains(&id) && !ours.contains(&newest), "{query}");
    }
    assert!(list(&two, &format!("?parent_id={id}")).await.is_empty());
    let behind_theirs = two.get(&format!("/tasks{next}")).await;
    assert_eq!(behind_theirs.problem(), (422, Some("cursor")), "nor behind a cursor of theirs");
    assert_eq!(list(&one, &next).await, [id]);
}

#[tokio::test]
async fn a_page_looks_at_ten_thousand_tasks_at_most_and_says_where_to_go_on() {
    let api = Api::new().await;
    let client = api.client().await;
    let rare = client.count(&json!({})).await;
    api.run_counts(None).await;
    let organization = client.organization_id;
    api.change(format!(
        "insert into tasks.task (id, kind, version, organization_id, args, status, finished_at, attempt)
         select tasks.uuid_v7(), 'execute_test', 1, '{organization}', '{{}}', 'SUCCESS', clock_timestamp(), 1
         from generate_series(1, 10500)"
    ))
    .await;
    let first = client.get("/tasks?status=SUCCESS&kind=count_test_sets").await;
    assert!(ids(&first.body).is_empty());
    let next = first.next("/tasks").unwrap();
    assert!(next.starts_with("/tasks?status=SUCCESS&kind=count_test_sets&cursor="), "{next}");
    let second = client.get(&next).await;
    assert_eq!((ids(&second.body), second.next("")), (vec![rare], None));
}

#[tokio::test]
async fn a_filter_that_is_none_is_refused_by_its_name() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut fields = BTreeSet::new();
    for (query, field) in [
        ("status=pending", "status"),
        ("status=", "status"),
        ("kind=no_such_kind", "kind"),
        ("created_after=yesterday", "created_after"),
        ("created_before=2026-01-01T00:00:00+00:00", "created_before"),
        ("created_after=2026-01-02T00:00:00Z&created_before=2026-01-01T00:00:00Z", "created_before"),
        ("parent_id=7", "parent_id"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=-1", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=AAAA", "cursor"),
        ("state=PENDING", "state"),
        ("limit=1&limit=2", "limit"),
        ("kind=%00", "kind"),
        ("%00=1", "\\u0000"),
    ] {
        let answer = client.get(&format!("/tasks?{query}")).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{query}");
        fields.insert(field);
    }
    assert_eq!(fields.len(), 9);
}
