use catalog::CountTestSets;
use serde_json::{Value, json};
use task::Error;

use crate::world::{Api, Client};

async fn of(client: &Client, kind: &str) -> Value {
    let answer = client.get("/tasks/stats").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let kinds = answer.body.as_array().unwrap().clone();
    kinds.into_iter().find(|stats| stats["kind"] == kind).unwrap()
}

#[tokio::test]
async fn stats_count_what_is_to_be_done_of_each_kind() {
    let api = Api::new().await;
    let client = api.client().await;
    client.count(&json!({})).await;
    let busy = api.system.worker(|_: CountTestSets, _| async { Err::<i64, _>(Error::retry("busy")) });
    let wakes = api.system.messages.take_all();
    api.system.deliver(&busy, &wakes).await;
    api.system.messages.take_all();
    client.count(&json!({})).await;
    api.run_counts(Some("no")).await;
    let started = client.count(&json!({})).await;
    api.change(format!(
        "update tasks.outbox set claimed_at = clock_timestamp(), claim_token = gen_random_uuid()
         where task_id = '{started}'"
    ))
    .await;
    let due = client.count(&json!({})).await;
    api.system.pass(due, 90.0).await;
    client.count(&json!({ "countdown": 600 })).await;
    let mut stats = of(&client, "count_test_sets").await;
    let age = stats["oldest_due_seconds"].take().as_f64().unwrap();
    assert!((90.0..100.0).contains(&age), "{age}");
    assert_eq!(
        stats,
        json!({
            "kind": "count_test_sets", "waiting": 2, "running": 1, "retrying": 1, "failed_last_24h": 1,
            "dead_letters": 1, "causes": 1, "oldest_due_seconds": null, "at_least": false,
        })
    );
}

#[tokio::test]
async fn kinds_without_work_are_there_and_another_tenants_work_is_not() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    one.count(&json!({})).await;
    one.count(&json!({})).await;
    api.run_counts(Some("no")).await;
    one.count(&json!({})).await;
    for kind in ["count_test_sets", "execute_test"] {
        assert_eq!(
            of(&two, kind).await,
            json!({
                "kind": kind, "waiting": 0, "running": 0, "retrying": 0, "failed_last_24h": 0,
                "dead_letters": 0, "causes": 0, "oldest_due_seconds": null, "at_least": false,
            })
        );
    }
}

#[tokio::test]
async fn throughput_tells_how_tasks_ended_over_an_hour_a_day_and_a_week() {
    let api = Api::new().await;
    let (client, other) = (api.client().await, api.client().await);
    for _ in 0..3 {
        client.count(&json!({})).await;
    }
    api.run_counts(None).await;
    client.count(&json!({})).await;
    api.run_counts(Some("no")).await;
    for query in ["", "?window=hour", "?window=day", "?window=week"] {
        let answer = client.get(&format!("/tasks/throughput{query}")).await;
        let spans = answer.body.as_array().unwrap();
        let sum = |name: &str| spans.iter().map(|span| span[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("succeeded"), sum("failed"), sum("revoked")), (3, 1, 0), "{query} {answer:?}");
        assert_eq!(spans[0]["kind"], "count_test_sets");
        assert_eq!(other.get(&format!("/tasks/throughput{query}")).await.body, json!([]));
    }
    let wrong = client.get("/tasks/throughput?window=year").await;
    assert_eq!(wrong.problem(), (422, Some("window")));
}
