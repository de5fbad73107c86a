//! Why tests of a run failed, those tests once more, and which say little because they are flaky.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::played::{begin, collect, id, judge, play, start};
use crate::world::{Api, Client};

/// Plays a run in which the tests at these places fail that would have passed.
async fn play_failing(api: &Api, client: &Client, configuration: Uuid, places: &str) -> Uuid {
    let (run, _) = start(client, configuration).await;
    begin(api).await;
    while judge(api, 10).await > 0 {}
    api.change(format!(
        "update test_result s set status = 'Fail', reason = 'it broke' from test_run_test rt
         where rt.test_run_id = '{run}' and s.test_run_id = rt.test_run_id and s.test_id = rt.test_id
           and rt.position in ({places})"
    ))
    .await;
    collect(api).await;
    run
}

fn counts(causes: &Value) -> Vec<(&str, i64)> {
    let causes = causes.as_array().unwrap().iter();
    causes.map(|one| (one["status"].as_str().unwrap(), one["count"].as_i64().unwrap())).collect()
}

#[tokio::test]
async fn failures_of_a_run_are_a_few_causes_and_each_has_its_tests() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let (configuration, ..) = api.configuration(&client, 12).await;
    let run = play(&api, &client, configuration).await;
    // Reasons that differ in numbers and ids are one, as long as no metric says more.
    api.change(format!(
        "update test_result set status = 'Error', test_metrics = '{{}}', reason = 'HTTP 503 after ' || (random() * 1000)::integer || ' ms of ' || test_id
         where test_run_id = '{run}' and status = 'Pass'"
    ))
    .await;
    let causes = client.get(&format!("/test_runs/{run}/failures")).await.body;
    let mut found = counts(&causes);
    found.sort_unstable();
    assert_eq!(found, [("Error", 4), ("Error", 4), ("Fail", 4)], "{causes}");
    let of = |status: &str, metrics: Value| {
        let mut causes = causes.as_array().unwrap().iter();
        causes.find(|one| one["status"] == status && one["metrics"] == metrics).unwrap().clone()
    };
    assert_eq!(of("Fail", json!(["exact"]))["reason"], "it differs");
    assert_eq!(of("Error", json!(["polite"]))["reason"], "the judge is away");
    let unreached = of("Error", json!([]));
    let address =
        format!("/test_results?test_run_id={run}&fingerprint={}", unreached["fingerprint"].as_str().unwrap());
    let tests = client.get(&address).await.body;
    let places: Vec<i64> =
        tests.as_array().unwrap().iter().map(|one| one["position"].as_i64().unwrap()).collect();
    assert_eq!(places, [1, 4, 7, 10]);
    assert!(
        client
            .get(&format!("/test_results/{}", unreached["test_result_id"].as_str().unwrap()))
            .await
            .status
            .is_success()
    );
    let unknown = client.get(&format!("/test_results?test_run_id={run}&fingerprint=x")).await;
    assert_eq!(unknown.problem(), (422, Some("fingerprint")));
    assert_eq!(stranger.get(&format!("/test_runs/{run}/failures")).await.problem(), (404, None));
}

#[tokio::test]
async fn what_a_model_let_fail_is_one_cause_in_whatever_words() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 6).await;
    let run = play(&api, &client, configuration).await;
    api.change(format!(
        "update test_result set status = 'Fail', test_metrics = jsonb_build_object('metrics', jsonb_build_object(
           'polite', jsonb_build_object('model', 'judge', 'is_successful', false, 'reason', 'Rude: ' || md5(test_id::text)),
           'exact', jsonb_build_object('is_successful', true, 'reason', md5(test_id::text))))
         where test_run_id = '{run}'"
    ))
    .await;
    let causes = client.get(&format!("/test_runs/{run}/failures")).await.body;
    assert_eq!(counts(&causes), [("Fail", 6)], "{causes}");
    assert_eq!(causes[0]["metrics"], json!(["polite"]));
}

#[tokio::test]
async fn the_tests_of_one_cause_are_executed_or_judged_once_more_and_no_others() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let (configuration, set, endpoint) = api.configuration(&client, 9).await;
    let run = play(&api, &client, configuration).await;
    let causes = client.get(&format!("/test_runs/{run}/failures")).await.body;
    let failed = causes.as_array().unwrap().iter().find(|one| one["status"] == "Fail").unwrap();
    let body = json!({ "fingerprint": failed["fingerprint"] });
    for act in ["repeat", "rescore"] {
        let at = format!("/test_runs/{run}/{act}");
        let key = [("idempotency-key", act)];
        let started = client.post_with(&at, &key, &body).await;
        assert_eq!(started.status, StatusCode::ACCEPTED, "{started:?}");
        assert_eq!(client.post_with(&at, &key, &body).await.body, started.body);
        let other = client.post_with(&at, &key, &json!({ "status": "Error" })).await;
        assert_eq!(other.problem(), (422, Some("Idempotency-Key")));
        let again = id(&started.body["test_run_id"]);
        let shown = client.get(&format!("/test_runs/{again}")).await.body;
        assert_eq!(
            (&shown["total"], &shown[format!("{act}_of").as_str()]),
            (&json!(3), &json!(run)),
            "{shown}"
        );
        assert_eq!(shown["only_fingerprint"], failed["fingerprint"]);
        begin(&api).await;
        // The tests of the set change after they were chosen; those of the run do not.
        while judge(&api, 10).await > 0 {}
        collect(&api).await;
        let ended = client.get(&format!("/test_runs/{again}")).await.body;
        assert_eq!((&ended["done"], &ended["total"]), (&json!(3), &json!(3)), "{ended}");
        let compared = client.get(&format!("/test_runs/{again}/compare/{run}")).await.body;
        assert_eq!(compared["only_before"], 6, "{compared}");
        let nobody = stranger.post(&at, &body).await;
        assert_eq!(nobody.problem(), (404, None));
        let none = client.post(&at, &json!({ "fingerprint": "0123456789abcdef" })).await;
        assert_eq!(none.problem(), (409, None), "no test is so");
        assert_eq!(
            client.post(&at, &json!({ "fingerprint": "no" })).await.problem(),
            (422, Some("fingerprint"))
        );
        assert_eq!(client.post(&at, &json!({ "status": "Bad" })).await.problem(), (422, Some("status")));
    }
    // A part of the tests is no run of the whole set.
    let last = client.get(&format!("/test_sets/{set}/last-run/{endpoint}")).await.body;
    assert_eq!(last["id"], json!(run), "{last}");
    let all = client.post(&format!("/test_runs/{run}/repeat"), &json!({})).await;
    assert_eq!(client.get(&format!("/test_runs/{}", id(&all.body["test_run_id"]))).await.body["total"], 9);
    let unended = format!("/test_runs/{}/repeat", id(&all.body["test_run_id"]));
    assert_eq!(client.post(&unended, &json!({})).await.problem(), (409, None));
}

#[tokio::test]
async fn a_test_that_changed_and_changed_back_is_flaky_and_a_comparison_says_so() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 9).await;
    let mut runs = Vec::new();
    // The first test goes to and fro; the fourth gets worse, once; the seventh did long ago.
    for places in ["7", "1, 7", "0", "1, 4"] {
        runs.push(play_failing(&api, &client, configuration, places).await);
    }
    let found = client.get(&format!("/test_runs/{}/flaky_tests", runs[3])).await.body;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!((&found[0]["flips"], &found[0]["passed"]), (&json!(3), &json!(2)), "{found}");
    assert_eq!(found[0]["verdicts"], json!(["Pass", "Fail", "Pass", "Fail"]));
    assert_eq!(found[0]["prompt"], "prompt 0");
    // As things stood when an earlier run ended, nothing had changed back.
    assert_eq!(client.get(&format!("/test_runs/{}/flaky_tests", runs[1])).await.body, json!([]));
    let at = format!("/test_runs/{}/compare/{}", runs[3], runs[2]);
    let compared = client.get(&at).await.body;
    assert_eq!((&compared["worse"], &compared["worse_flaky"]), (&json!(2), &json!(1)), "{compared}");
    let tests = client.get(&format!("{at}/tests?change=worse")).await.body;
    let flaky: Vec<_> =
        tests.as_array().unwrap().iter().map(|one| (&one["position"], &one["flaky"])).collect();
    assert_eq!(flaky, [(&json!(1), &json!(true)), (&json!(4), &json!(false))]);
    // On another endpoint it is another system: nothing of it is compared with this one.
    let (other, ..) = api.configuration(&client, 9).await;
    let elsewhere = play(&api, &client, other).await;
    assert_eq!(client.get(&format!("/test_runs/{elsewhere}/flaky_tests")).await.body, json!([]));
}

#[tokio::test]
async fn what_is_written_down_of_a_run_that_has_ended_is_what_its_results_say() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 9).await;
    let (run, _) = start(&client, configuration).await;
    begin(&api).await;
    while judge(&api, 10).await > 0 {}
    let shown = |body: &Value| ["done", "passed", "failed", "errors"].map(|name| body[name].clone());
    let (of_run, of_metrics) = (format!("/test_runs/{run}"), format!("/test_runs/{run}/metrics"));
    let before = (client.get(&of_run).await.body, client.get(&of_metrics).await.body);
    collect(&api).await;
    let after = (client.get(&of_run).await.body, client.get(&of_metrics).await.body);
    assert_eq!(after.0["status"], "Partial");
    assert_eq!((shown(&before.0), before.1), (shown(&after.0), after.1.clone()));
    // Nobody reads the results for it any more.
    api.change(format!("delete from test_result where test_run_id = '{run}'")).await;
    assert_eq!(shown(&client.get(&of_run).await.body), shown(&after.0));
    assert_eq!(client.get(&of_metrics).await.body, after.1);
}

#[tokio::test]
async fn a_page_that_is_not_counted_looks_into_some_tests_and_leads_on() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 3).await;
    let run = play(&api, &client, configuration).await;
    // More tests than one page looks into; the last one has what is looked for.
    api.change(format!(
        "update test_run_test set position = 9001 where test_run_id = '{run}' and position = 3"
    ))
    .await;
    let mut address = format!("/test_results?test_run_id={run}&search=answer%203&count=false");
    let mut pages = Vec::new();
    loop {
        let page = client.get(&address).await;
        assert!(!page.headers.contains_key("x-total-count"), "{page:?}");
        pages.push(page.body.as_array().unwrap().len());
        match page.next(&address) {
            Some(next) => address = next,
            None => break,
        }
    }
    assert_eq!(pages, [0, 0, 1]);
    let counted = client.get(&format!("/test_results?test_run_id={run}&search=answer%203")).await;
    assert_eq!(
        (counted.body.as_array().unwrap().len(), counted.headers["x-total-count"].to_str().unwrap()),
        (1, "1")
    );
    let contradiction = client.get(&format!("/test_results?test_run_id={run}&count=false&skip=1")).await;
    assert_eq!(contradiction.problem(), (422, Some("count")));
    assert_eq!(client.get("/test_runs?count=maybe").await.problem(), (422, Some("count")));
    let runs = client.get("/test_runs?count=false").await;
    assert!(runs.status.is_success() && !runs.headers.contains_key("x-total-count"), "{runs:?}");
}
