//! Test sets as large as they come. `--nocapture` shows how long everything took.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::played::{begin, id, judge};
use crate::world::{Api, Client};

const LARGE: usize = 20_000;

fn csv(rows: usize) -> String {
    let mut file = "prompt,expected\n".to_owned();
    for n in 0..rows {
        writeln!(file, "\"What is {n}, if it is \"\"what\"\" you say it is?\",The number {n} of the tests.")
            .unwrap();
    }
    file
}

async fn put(client: &Client, import: &str, number: usize, content: &[u8]) {
    let request =
        Request::put(format!("{import}/parts/{number}")).body(Body::from(content.to_vec())).unwrap();
    assert_eq!(client.send(request).await.status, 200);
}

fn took(what: &str, began: Instant) -> Duration {
    let took = began.elapsed();
    eprintln!("{:8.1} ms  {what}", took.as_secs_f64() * 1e3);
    took
}

#[tokio::test]
async fn twenty_thousand_tests_are_imported_started_and_followed_like_ten() {
    let api = Api::new().await;
    let client = api.client().await;
    let (small, _, endpoint) = api.configuration(&client, 10).await;
    let began = Instant::now();
    let request = Request::post("/test_sets/import?name=large").header("content-type", "text/csv");
    let imported = client.send(request.body(csv(LARGE).into()).unwrap()).await;
    took("import of 20,000 rows", began);
    assert_eq!((imported.status.as_u16(), &imported.body["tests"]), (201, &json!(LARGE)));
    let set = id(&imported.body["test_set_id"]);

    let began = Instant::now();
    client.post(&format!("/test_configurations/{small}/execute"), &json!({})).await.task_id();
    took("execute of 10 tests", began);
    let before = api.written().await;
    let began = Instant::now();
    let answer = client.post(&format!("/test_sets/{set}/execute/{endpoint}"), &json!({})).await;
    let large = took("execute of 20,000 tests", began);
    // What the request writes is the same: a task, its promise and a run. Reading grows by a count of the set.
    let after = api.written().await;
    assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (1, 1, 1));
    assert!(large < Duration::from_secs(2), "{large:?}");

    let run = format!("/test_runs/{}", id(&answer.body["test_run_id"]));
    assert_eq!(client.get(&run).await.body["total"], LARGE);
    let began = Instant::now();
    begin(&api).await;
    took("start of both, with 20,000 members", began);
    let seen = client.get(&run).await.body;
    assert_eq!(
        (&seen["status"], &seen["total"], &seen["done"]),
        (&json!("Progress"), &json!(LARGE), &json!(0))
    );
    // As many are in flight as the window lets, not 20,000.
    assert_eq!(judge(&api, 1000).await, 20);
    assert_eq!(judge(&api, 10).await, 10);

    api.change(
        "insert into test_result (organization_id, test_run_id, test_id, status)
         select organization_id, test_run_id, test_id, (array['Pass', 'Fail'])[1 + position % 2]
         from test_run_test on conflict do nothing"
            .into(),
    )
    .await;
    for what in ["progress of 20,000 rows just written", "progress of them once more"] {
        let began = Instant::now();
        let seen = client.get(&run).await.body;
        took(what, began);
        assert_eq!(seen["done"], LARGE);
    }
    api.change("vacuum analyze test_result".into()).await;
    let began = Instant::now();
    client.get(&run).await;
    took("progress of them after a vacuum", began);
    let began = Instant::now();
    client.get(&format!("{run}/metrics")).await;
    took("metrics of them", began);
    api.change("update test_run set status = 'Completed', completed_at = clock_timestamp()".into()).await;
    let began = Instant::now();
    let table = client.get(&format!("{run}/download")).await;
    took("table of them", began);
    assert_eq!((table.status.as_u16(), &table.headers["x-total-count"]), (200, &"20000".parse().unwrap()));
}

#[tokio::test]
async fn a_hundred_thousand_tests_in_parts_take_ten_times_as_long_as_ten_thousand_and_not_more() {
    let api = Api::new().await;
    let client = api.client().await;
    let request = Request::post("/test_sets/import?name=tenth").header("content-type", "text/csv");
    let began = Instant::now();
    assert_eq!(client.send(request.body(csv(10_000).into()).unwrap()).await.status, 201);
    let tenth = took("import of 10,000 rows", began);
    let file = csv(100_000);
    let parts: Vec<&[u8]> = file.as_bytes().chunks(4 << 20).collect();
    let body = json!({ "name": "huge", "format": "csv", "parts": parts.len() });
    let import = client.post("/imports", &body).await.headers["location"].to_str().unwrap().to_owned();
    let began = Instant::now();
    for (place, part) in parts.iter().enumerate() {
        put(&client, &import, place + 1, part).await;
    }
    took(&format!("{} parts, {} bytes", parts.len(), file.len()), began);
    let began = Instant::now();
    let done = client.post(&format!("{import}/commit"), &json!({})).await;
    let commit = took("commit of 100,000 rows", began);
    assert_eq!((done.status.as_u16(), &done.body["tests"]), (201, &json!(100_000)));
    // A machine that is busy is slow for both; double for what one of them may have met alone.
    assert!(commit < tenth * 20, "{commit:?} after {tenth:?}");
}
