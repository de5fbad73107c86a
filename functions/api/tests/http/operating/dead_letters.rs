use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Api, Client};

async fn failed(api: &Api, client: &Client, count: usize, error: &'static str) -> Vec<Uuid> {
    let tasks = json!(vec![json!({ "kind": "count_test_sets" }); count]);
    let ids = client.post("/tasks", &tasks).await.ids("task_ids");
    api.run_counts(Some(error)).await;
    ids
}

async fn letters(client: &Client, query: &str) -> Vec<Value> {
    let answer = client.get(&format!("/dead-letters{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body.as_array().unwrap().clone()
}

#[tokio::test]
async fn failures_that_differ_in_numbers_only_are_one_letter() {
    let api = Api::new().await;
    let client = api.client().await;
    failed(&api, &client, 2, "endpoint 17 is gone").await;
    failed(&api, &client, 1, "endpoint 18 is gone").await;
    failed(&api, &client, 1, "no credit").await;
    let letters = letters(&client, "").await;
    assert_eq!(letters.len(), 2);
    assert_eq!((&letters[0]["message"], &letters[0]["count"]), (&json!("no credit"), &json!(1)));
    let many = &letters[1];
    assert_eq!((&many["kind"], &many["count"]), (&json!("count_test_sets"), &json!(3)));
    assert_eq!(many["message"], "endpoint 18 is gone");
    assert!(many["error_type"].is_string() && many["first"].as_str() < many["last"].as_str());
    assert_eq!(many["fingerprint"].as_str().unwrap().len(), 16);
    assert_eq!(self::letters(&client, "?kind=execute_test").await, [] as [Value; 0]);
    assert_eq!(self::letters(&client, "?kind=count_test_sets").await.len(), 2);
}

#[tokio::test]
async fn a_redrive_is_dry_unless_told_otherwise_and_then_begins_just_what_it_told() {
    let api = Api::new().await;
    let client = api.client().await;
    let ids = failed(&api, &client, 3, "endpoint 17 is gone").await;
    failed(&api, &client, 1, "no credit").await;
    let fingerprint = letters(&client, "").await[1]["fingerprint"].clone();
    let dry = client.post("/dead-letters/redrive", &json!({ "fingerprint": fingerprint })).await;
    assert_eq!((&dry.body["dry_run"], &dry.body["count"]), (&json!(true), &json!(3)));
    let mut told = dry.ids("task_ids");
    assert_eq!(api.written().await.1, 0);
    let body = json!({ "kind": "count_test_sets", "fingerprint": fingerprint, "dry_run": false });
    let wet = client.post("/dead-letters/redrive", &body).await;
    assert_eq!((&wet.body["dry_run"], wet.ids("task_ids")), (&json!(false), told.clone()));
    told.sort();
    let mut expected = ids.clone();
    expected.sort();
    assert_eq!(told, expected);
    api.run_counts(None).await;
    for id in ids {
        assert_eq!(client.state(id).await["status"], "SUCCESS");
    }
    assert_eq!(letters(&client, "").await.len(), 1);
}

#[tokio::test]
async fn a_redrive_is_limited_and_its_rate_spreads_the_tasks() {
    let api = Api::new().await;
    let client = api.client().await;
    failed(&api, &client, 5, "no").await;
    let body = json!({ "kind": "count_test_sets", "limit": 3, "rate": 0.1, "dry_run": false });
    let answer = client.post("/dead-letters/redrive", &body).await;
    assert_eq!(answer.body["count"], 3);
    let mut wakes = api.system.messages.take_all();
    wakes.sort_by(|one, two| one.wait_seconds.total_cmp(&two.wait_seconds));
    let delays: Vec<i32> = wakes.iter().map(task::Wake::delay_seconds).collect();
    assert_eq!(delays, [0, 10, 20]);
    assert_eq!(letters(&client, "").await[0]["count"], 2);
}

#[tokio::test]
async fn a_redrive_keeps_to_the_times_it_is_given() {
    let api = Api::new().await;
    let client = api.client().await;
    let old = failed(&api, &client, 1, "no").await;
    let new = failed(&api, &client, 1, "no").await;
    let between = client.state(new[0]).await["created_at"].clone();
    for (name, ids) in [("created_after", new), ("created_before", old)] {
        let body = json!({ "kind": "count_test_sets", name: between });
        assert_eq!(client.post("/dead-letters/redrive", &body).await.ids("task_ids"), ids, "{name}");
    }
}

#[tokio::test]
async fn failures_of_another_tenant_are_neither_seen_nor_begun_anew() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    failed(&api, &one, 2, "no").await;
    assert!(letters(&two, "").await.is_empty());
    let fingerprint = letters(&one, "").await[0]["fingerprint"].clone();
    for body in [json!({ "kind": "count_test_sets" }), json!({ "fingerprint": fingerprint })] {
        let mut wet = body.clone();
        wet["dry_run"] = json!(false);
        assert_eq!(two.post("/dead-letters/redrive", &wet).await.body["count"], 0);
    }
    assert_eq!(api.written().await.1, 0);
}

#[tokio::test]
async fn a_redrive_of_everything_or_of_nonsense_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    let with = |name: &str, value: Value| json!({ "kind": "count_test_sets", name: value });
    for (body, field) in [
        (json!({}), "kind"),
        (json!({ "dry_run": false }), "kind"),
        (json!({ "kind": "no_such_kind" }), "kind"),
        (json!({ "fingerprint": 7 }), "fingerprint"),
        (with("limit", json!(0)), "limit"),
        (with("limit", json!(1001)), "limit"),
        (with("rate", json!(0)), "rate"),
        (with("rate", json!("fast")), "rate"),
        (with("dry_run", json!("no")), "dry_run"),
        (with("created_after", json!("yesterday")), "created_after"),
        (with("everything", json!(true)), "everything"),
    ] {
        assert_eq!(client.post("/dead-letters/redrive", &body).await.problem(), (422, Some(field)), "{body}");
    }
    assert_eq!(client.get("/dead-letters?kind=x").await.problem(), (422, Some("kind")));
    assert_eq!(client.get("/dead-letters?status=x").await.problem(), (422, Some("status")));
}

#[tokio::test]
async fn the_tasks_of_a_cause_are_listed_page_by_page_those_that_failed_last_first() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut of_cause = failed(&api, &client, 1, "endpoint 17 is gone").await;
    of_cause.extend(failed(&api, &client, 2, "endpoint 18 is gone").await);
    failed(&api, &client, 1, "no credit").await;
    let letter = letters(&client, "").await.remove(1);
    let list = format!("/tasks?kind=count_test_sets&fingerprint={}", letter["fingerprint"].as_str().unwrap());
    let mut seen: Vec<Uuid> = Vec::new();
    let mut next = Some(format!("{list}&limit=1"));
    while let Some(page) = next {
        let answer = client.get(&page).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for line in answer.body.as_array().unwrap() {
            assert_eq!(line["status"], "FAILURE");
            seen.push(line["task_id"].as_str().unwrap().parse().unwrap());
        }
        next = answer.next(&page);
    }
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[2], of_cause[0], "the first to fail is the last in the list");
    seen.sort();
    of_cause.sort();
    assert_eq!(seen, of_cause);
    assert_eq!(client.get(&format!("{list}&status=REVOKED")).await.body, json!([]));
    assert_eq!(api.client().await.get(&list).await.body, json!([]), "another organization's are its own");
}

#[tokio::test]
async fn a_cause_without_its_kind_and_a_cursor_of_another_list_are_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    failed(&api, &client, 2, "endpoint 17 is gone").await;
    let letter = letters(&client, "").await.remove(0);
    let cause = letter["fingerprint"].as_str().unwrap();
    let alone = client.get(&format!("/tasks?fingerprint={cause}")).await;
    assert_eq!(alone.problem(), (422, Some("kind")), "{alone:?}");
    let of_all = client.get("/tasks?limit=1").await.next("/tasks").unwrap();
    let cursor = of_all.split("cursor=").nth(1).unwrap();
    let mixed = client.get(&format!("/tasks?kind=count_test_sets&fingerprint={cause}&cursor={cursor}")).await;
    assert_eq!(mixed.problem(), (422, Some("cursor")), "{mixed:?}");
}
