//! Runs and results over HTTP.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::played::{begin, collect, id, judge, play, start};
use crate::world::{Api, Client};

async fn run(client: &Client, id: Uuid) -> Value {
    let answer = client.get(&format!("/test_runs/{id}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

async fn stored(api: &Api, id: Uuid) -> (i64, i64, i64) {
    sql::query_as(
        "select count(*) filter (where status = 'Pass'), count(*) filter (where status = 'Fail'),
                count(*) filter (where status = 'Error') from test_result where test_run_id = $1",
    )
    .bind(id)
    .fetch_one(api.system.database.owner())
    .await
    .unwrap()
}

fn listed(page: &Value) -> Vec<Uuid> {
    page.as_array().unwrap().iter().map(|line| id(&line["id"])).collect()
}

#[tokio::test]
async fn a_runs_progress_is_that_of_its_stored_rows_at_every_poll() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, test_set_id, endpoint_id) = api.configuration(&client, 23).await;
    let (id, task_id) = start(&client, configuration).await;
    let queued = run(&client, id).await;
    assert_eq!(
        (&queued["status"], &queued["total"], &queued["done"]),
        (&json!("Queued"), &json!(23), &json!(0))
    );
    begin(&api).await;
    let mut polls = 0;
    while judge(&api, 4).await > 0 {
        let (seen, (passed, failed, errors)) = (run(&client, id).await, stored(&api, id).await);
        assert_eq!(seen["status"], "Progress");
        assert_eq!(seen["done"], passed + failed + errors);
        assert_eq!(
            (&seen["passed"], &seen["failed"], &seen["errors"]),
            (&json!(passed), &json!(failed), &json!(errors))
        );
        assert_eq!((&seen["total"], &seen["completed_at"]), (&json!(23), &Value::Null));
        polls += 1;
    }
    assert!(polls > 5);
    collect(&api).await;
    let seen = run(&client, id).await;
    assert_eq!(
        seen,
        json!({
            "id": id, "name": null, "status": "Partial", "test_configuration_id": configuration,
            "test_set": { "id": test_set_id, "name": "tests" }, "endpoint": { "id": endpoint_id, "name": "endpoint" },
            "task_id": task_id, "total": 23, "done": 23, "passed": 8, "failed": 8, "errors": 7, "error": null,
            "created_at": seen["created_at"], "started_at": seen["started_at"], "completed_at": seen["completed_at"],
            "execution_time_ms": seen["execution_time_ms"], "user_id": client.user_id,
            "repeat_of": null, "rescore_of": null, "only_status": null, "only_fingerprint": null,
        })
    );
    assert!(seen["execution_time_ms"].as_i64().unwrap() >= 0);
}

#[tokio::test]
async fn runs_are_listed_newest_first_by_cursor_or_by_skip_with_their_number() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 1).await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.insert(0, start(&client, configuration).await.0);
    }
    let (mut seen, mut address) = (Vec::new(), "/test_runs?limit=3".to_owned());
    loop {
        let answer = client.get(&address).await;
        assert_eq!(answer.headers.contains_key("x-total-count"), !address.contains("cursor="));
        seen.extend(listed(&answer.body));
        start(&client, configuration).await;
        let Some(next) = answer.next(&address) else { break };
        address = next;
    }
    assert_eq!(seen, ids);
    let skipped = client.get("/test_runs?limit=3&skip=5").await;
    assert_eq!(listed(&skipped.body), ids[2..5]);
    assert_eq!(skipped.headers["x-total-count"], "10");
}

#[tokio::test]
async fn a_filter_lists_what_it_names_and_one_that_is_none_is_refused() {
    let api = Api::new().await;
    let client = api.client().await;
    let (one, test_set_id, _) = api.configuration(&client, 1).await;
    let (two, ..) = api.configuration(&client, 1).await;
    let ended = play(&api, &client, one).await;
    let (queued, _) = start(&client, two).await;
    for (query, expected) in [
        ("status=Completed".to_owned(), vec![ended]),
        ("status=Queued".to_owned(), vec![queued]),
        (format!("test_configuration_id={two}"), vec![queued]),
        (format!("test_set_id={test_set_id}"), vec![ended]),
        ("created_after=2999-01-01T00:00:00Z".to_owned(), vec![]),
        ("created_before=2999-01-01T00:00:00Z".to_owned(), vec![queued, ended]),
    ] {
        assert_eq!(listed(&client.get(&format!("/test_runs?{query}")).await.body), expected, "{query}");
    }
    for (query, field) in [
        ("status=completed", "status"),
        ("test_set_id=7", "test_set_id"),
        ("limit=201", "limit"),
        ("skip=-1", "skip"),
        ("cursor=x", "cursor"),
        ("cursor=NQ&skip=1", "skip"),
        ("sort_by=error", "sort_by"),
        ("created_after=2026-01-02T00:00:00Z&created_before=2026-01-01T00:00:00Z", "created_before"),
    ] {
        assert_eq!(client.get(&format!("/test_runs?{query}")).await.problem(), (422, Some(field)), "{query}");
    }
}

#[tokio::test]
async fn the_metrics_of_a_run_are_summed_up_by_name_and_errors_have_no_score() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 9).await;
    let id = play(&api, &client, configuration).await;
    let body = client.get(&format!("/test_runs/{id}/metrics")).await.body;
    assert_eq!(
        body,
        json!({ "test_run_id": id, "metrics": [
            { "name": "exact", "count": 9, "passed": 3, "failed": 6, "errors": 0,
              "average": body["metrics"][0]["average"], "least": 0.0, "greatest": 1.0 },
            { "name": "polite", "count": 9, "passed": 6, "failed": 0, "errors": 3,
              "average": 0.625, "least": 0.5, "greatest": 0.75 },
        ] })
    );
    assert!((body["metrics"][0]["average"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9);
}

#[tokio::test]
async fn results_are_listed_in_the_order_of_the_tests_and_one_shows_everything() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 7).await;
    let run = play(&api, &client, configuration).await;
    let (mut seen, mut address) = (Vec::new(), format!("/test_results?test_run_id={run}&limit=3"));
    loop {
        let page = client.get(&address).await;
        seen.extend(page.body.as_array().unwrap().clone());
        let Some(next) = page.next(&address) else { break };
        address = next;
    }
    let places: Vec<i64> = seen.iter().map(|line| line["position"].as_i64().unwrap()).collect();
    assert_eq!(places, [1, 2, 3, 4, 5, 6, 7]);
    let failed = client.get(&format!("/test_results?test_run_id={run}&status=Fail&skip=1")).await;
    assert_eq!(failed.headers["x-total-count"], "2");
    assert_eq!(failed.body[0]["position"], 5);
    let line = &seen[1];
    let one = client.get(&format!("/test_results/{}", id(&line["id"]))).await.body;
    assert_eq!((&one["prompt"], &one["expected"]), (&json!("prompt 1"), &json!("answer")));
    assert_eq!((&one["status"], &one["reason"]), (&json!("Fail"), &json!("it differs")));
    assert_eq!(one["test_output"]["output"], "=answer 2");
    assert_eq!(one["test_metrics"]["metrics"]["polite"]["score"], 0.5);
    for (query, problem) in [
        (String::new(), (422, Some("test_run_id"))),
        (format!("test_run_id={run}&status=Passed"), (422, Some("status"))),
        (format!("test_run_id={}", Uuid::now_v7()), (404, None)),
    ] {
        assert_eq!(client.get(&format!("/test_results?{query}")).await.problem(), problem, "{query}");
    }
}

#[tokio::test]
async fn a_run_can_be_named_and_once_it_has_ended_be_deleted_with_its_results() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 2).await;
    let (id, _) = start(&client, configuration).await;
    let address = format!("/test_runs/{id}");
    assert_eq!(client.put(&address, &json!({ "name": "nightly" })).await.body["name"], "nightly");
    assert_eq!(client.put(&address, &json!({ "name": null })).await.body["name"], Value::Null);
    assert_eq!(client.put(&address, &json!({ "name": " " })).await.problem(), (422, Some("name")));
    assert_eq!(client.delete(&address).await.problem(), (409, None));
    begin(&api).await;
    assert_eq!(client.delete(&address).await.problem(), (409, None));
    while judge(&api, 10).await > 0 {}
    collect(&api).await;
    assert_eq!(client.delete(&address).await.status, 204);
    assert_eq!(client.get(&address).await.problem(), (404, None));
    assert_eq!(stored(&api, id).await, (0, 0, 0));
}

#[tokio::test]
async fn another_tenants_runs_and_results_do_not_exist() {
    let api = Api::new().await;
    let (one, two) = (api.client().await, api.client().await);
    let (configuration, ..) = api.configuration(&one, 2).await;
    let run = play(&api, &one, configuration).await;
    let result = client_result(&one, run).await;
    for path in [
        format!("/test_runs/{run}"),
        format!("/test_runs/{run}/metrics"),
        format!("/test_runs/{run}/download"),
        format!("/test_results/{result}"),
        format!("/test_results?test_run_id={run}"),
    ] {
        assert_eq!(one.get(&path).await.status, 200, "{path}");
        let foreign = two.get(&path).await;
        assert_eq!(foreign.problem(), (404, None), "{path}");
        let unknown = two.get(&path.replace(&run.to_string(), &Uuid::now_v7().to_string())).await;
        assert_eq!(foreign.body, unknown.body, "{path}");
    }
    assert_eq!(two.put(&format!("/test_runs/{run}"), &json!({ "name": "x" })).await.problem(), (404, None));
    assert_eq!(two.delete(&format!("/test_runs/{run}")).await.problem(), (404, None));
    let listed = two.get("/test_runs?skip=0").await;
    assert_eq!((&listed.body, &listed.headers["x-total-count"]), (&json!([]), &"0".parse().unwrap()));
}

async fn client_result(client: &Client, run: Uuid) -> Uuid {
    id(&client.get(&format!("/test_results?test_run_id={run}")).await.body[0]["id"])
}
