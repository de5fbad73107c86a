use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::browser::Browser;
use crate::world::Api;

#[tokio::test]
async fn a_task_is_revoked_once_that_was_confirmed_and_begun_anew() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let id = client.count(&json!({ "countdown": 1000 })).await;
    let path = format!("/console/tasks/{id}/revoke");
    let asked = browser.submit(&path, &[]).await;
    assert!(asked.text.contains("Revoke this count_test_sets task?"), "{asked:?}");
    assert_eq!(client.state(id).await["status"], "PENDING");
    let done = browser.submit(&path, &[("confirmed", "yes")]).await;
    assert_eq!(done.location(), format!("../../tasks/{id}?said=revoked"));
    assert_eq!(client.state(id).await["status"], "REVOKED");
    browser.submit(&format!("/console/tasks/{id}/retry"), &[]).await.location();
    assert_eq!(client.state(id).await["status"], "PENDING");
}

#[tokio::test]
async fn a_selection_of_tasks_is_counted_first_and_each_says_what_came_of_it() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let (one, two) = (client.count(&json!({})).await, client.count(&json!({ "countdown": 1000 })).await);
    api.run_counts(None).await;
    let (one, two) = (one.to_string(), two.to_string());
    let fields = [("act", "revoke"), ("id", one.as_str()), ("id", two.as_str())];
    let asked = browser.submit("/console/tasks?kind=count_test_sets", &fields).await;
    assert!(asked.text.contains("Revoke 2 tasks?"), "{asked:?}");
    let done = browser.submit("/console/tasks", &[&fields[..], &[("confirmed", "yes")]].concat()).await;
    assert!(
        done.text.contains("Revoke: 1 of 2 tasks") && done.text.contains("its status is SUCCESS"),
        "{done:?}"
    );
    assert_eq!(browser.submit("/console/tasks", &[("act", "revoke")]).await.status, 422);
}

#[tokio::test]
async fn failed_tasks_of_one_cause_begin_anew_once_their_number_was_seen() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    for _ in 0..3 {
        client.count(&json!({})).await;
    }
    api.run_counts(Some("boom")).await;
    let letter = client.get("/dead-letters").await.body[0].clone();
    let fingerprint = letter["fingerprint"].as_str().unwrap().to_owned();
    let page = browser.get("/console/dead-letters").await;
    assert!(page.text.contains("action=\"batches\"") && page.text.contains(&fingerprint), "{page:?}");
    let of_cause =
        browser.get(&format!("/console/tasks?kind=count_test_sets&fingerprint={fingerprint}")).await;
    assert_eq!(of_cause.text.matches("Select 0").count(), 3, "{of_cause:?}");
    let fields = [("operation", "retry"), ("kind", "count_test_sets"), ("fingerprint", fingerprint.as_str())];
    let asked = browser.submit("/console/batches", &fields).await;
    assert!(asked.text.contains("Begin anew 3 tasks?"), "{asked:?}");
    assert_eq!(client.get("/dead-letters").await.body[0]["count"], 3);
    let confirmed = [&fields[..], &[("confirmed", "yes"), ("rate", "100")]].concat();
    let begun = browser.submit("/console/batches", &confirmed).await;
    assert_eq!(client.get("/dead-letters").await.body, json!([]));
    let page = browser.get(&format!("/console/{}", begun.location())).await;
    assert!(page.text.contains("through") && page.text.contains("you"), "{page:?}");
}

#[tokio::test]
async fn all_tasks_that_a_filter_matches_are_counted_then_revoked_and_the_list_says_by_whom() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    for _ in 0..60 {
        client.count(&json!({ "countdown": 1000 })).await;
    }
    let page = browser.get("/console/tasks?status=PENDING&kind=count_test_sets").await;
    assert!(page.text.contains("Revoke all that match") && !page.text.contains("Begin all"), "{page:?}");
    assert!(!browser.get("/console/tasks").await.text.contains("Revoke all that match"), "no filter");
    let fields = [("operation", "revoke"), ("kind", "count_test_sets"), ("status", "PENDING")];
    let asked = browser.submit("/console/batches", &fields).await;
    assert!(asked.text.contains("Revoke 60 tasks?"), "{asked:?}");
    let slowly = [&fields[..], &[("confirmed", "yes"), ("rate", "1")]].concat();
    let begun = browser.submit("/console/batches", &slowly).await;
    let id = begun.location().split(['/', '?']).nth(1).unwrap().to_owned();
    let stopped = browser.submit(&format!("/console/batches/{id}/stop"), &[]).await;
    assert!(stopped.location().contains("said=stopped"), "{stopped:?}");
    let operation = client.get(&format!("/batch_operations/{id}")).await.body;
    assert_eq!((&operation["matched"], &operation["done"]), (&json!(60), &json!(30)), "{operation}");
    assert_eq!(operation["stopped_by"], json!(client.user_id));
    let list = browser.get("/console/batches").await;
    assert!(list.text.contains("stopped") && list.text.contains("you"), "{list:?}");
    assert_eq!(browser.submit("/console/batches", &[("operation", "revoke")]).await.status, 422);
}

#[tokio::test]
async fn from_a_file_to_a_run_without_a_terminal() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let csrf = browser.get("/console/test-sets").await.csrf();
    let file = "prompt,expected\r\n2 + 2?,4\r\n\"say \"\"hi\"\"\",hi\r\n";
    let imported = browser.send(upload("/console/test-sets"), multipart(&csrf, "sums", file)).await;
    let set = imported.location().split(['/', '?']).nth(1).unwrap().to_owned();
    assert_eq!(client.get(&format!("/test_sets/{set}")).await.body["tests"], 2);
    let broken =
        browser.send(upload("/console/test-sets"), multipart(&csrf, "sums", "prompt\nx\n,y\n")).await;
    assert_eq!(broken.status, 422);
    assert!(broken.text.contains("role=\"alert\"") && broken.text.contains("value=\"sums\""), "{broken:?}");
    assert_eq!(client.get("/test_sets").await.body.as_array().unwrap().len(), 1, "nothing half-done");

    let fields = [
        ("name", "bot"),
        ("url", "http://127.0.0.1:9/"),
        ("method", "POST"),
        ("protocol", "REST"),
        ("auth", "{"),
    ];
    let wrong = browser.submit("/console/endpoints", &fields).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("auth: is no JSON") && wrong.text.contains("value=\"bot\""), "{wrong:?}");
    let made = browser.submit("/console/endpoints", &fields[..4]).await;
    let endpoint = made.location().split(['/', '?']).nth(1).unwrap().to_owned();

    let chosen = [("test_set_id", set.as_str()), ("endpoint_id", endpoint.as_str())];
    let started = browser.submit("/console/runs/execute", &chosen).await;
    let run = started.location().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    assert_eq!(client.get(&format!("/test_runs/{run}")).await.body["status"], "Queued");
    let asked = browser.submit(&format!("/console/runs/{run}/cancel"), &[]).await;
    assert!(asked.text.contains("2 tests have no result yet"), "{asked:?}");
    browser.submit(&format!("/console/runs/{run}/cancel"), &[("confirmed", "yes")]).await.location();
    assert_eq!(client.get(&format!("/test_runs/{run}")).await.body["status"], "Cancelled");
}

fn upload(path: &str) -> axum::http::request::Builder {
    Request::post(path)
        .header("content-type", "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
}

fn multipart(csrf: &str, name: &str, file: &str) -> Body {
    let field = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"t.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--b--\r\n"
    );
    Body::from(format!("{}{}{file}", field("csrf", csrf), field("name", name)))
}

#[tokio::test]
async fn forms_of_every_section_do_what_they_say() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let started = browser.submit("/console/kinds/count_test_sets", &[("countdown", "60")]).await;
    assert!(started.location().starts_with("../tasks/"));
    let wrong = browser
        .submit("/console/kinds/execute_test_configuration", &[("arg.test_configuration_id", "x")])
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("args.test_configuration_id"), "{wrong:?}");

    let schedule = [
        ("name", "nightly"),
        ("kind", "count_test_sets"),
        ("cron", "0 3 * * *"),
        ("time_zone", "Europe/Berlin"),
    ];
    browser.submit("/console/schedules", &schedule).await.location();
    let id = client.get("/schedules").await.body[0]["schedule_id"].as_str().unwrap().to_owned();
    browser.submit(&format!("/console/schedules/{id}/pause"), &[]).await.location();
    assert!(client.get("/schedules").await.body[0]["paused_at"].is_string());
    browser.submit(&format!("/console/schedules/{id}/resume"), &[]).await.location();
    assert_eq!(client.get("/schedules").await.body[0]["next_ticks"].as_array().unwrap().len(), 5);
    browser.submit(&format!("/console/schedules/{id}/delete"), &[("confirmed", "yes")]).await.location();
    assert_eq!(client.get("/schedules").await.body, json!([]));

    let limit = [("key", "a/b?c"), ("max_running", "3"), ("count", "5"), ("per_seconds", "60")];
    browser.submit("/console/limits", &limit).await.location();
    assert_eq!(client.get("/limits").await.body[0]["key"], "a/b?c");
    browser.submit("/console/limits/lift", &[("key", "a/b?c"), ("confirmed", "yes")]).await.location();
    assert_eq!(client.get("/limits").await.body, json!([]));

    let metric = [("name", "same"), ("class_name", "contains"), ("parameters", "{\"text\": \"x\"}")];
    browser.submit("/console/metrics", &metric).await.location();
    assert_eq!(client.get("/metrics").await.body[0]["class_name"], "contains");

    let token = browser.submit("/console/tokens", &[("name", "ci"), ("expires_in_days", "7")]).await;
    assert!(token.text.contains("rh-") && token.headers["cache-control"] == "no-store", "{token:?}");
    let hook = [("url", "https://hook.example.com/"), ("event", "task.failed")];
    assert!(browser.submit("/console/webhooks", &hook).await.text.contains("whsec_"));
}
