use serde_json::json;
use uuid::Uuid;

use super::ask;
use crate::played::{begin, collect, id, judge, play, start};
use crate::world::Api;

#[tokio::test]
async fn the_last_run_is_the_newest_that_was_completed_and_its_answers_are_judged_anew() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, set, endpoint) = api.configuration(&client, 2).await;
    let last = format!("/test_sets/{set}/last-run/{endpoint}");
    let none = client.get(&last).await;
    assert_eq!((none.status.as_u16(), &none.body), (200, &json!(null)));
    let elsewhere = format!("/test_sets/{set}/last-run/{}", Uuid::now_v7());
    assert_eq!(client.get(&elsewhere).await.problem(), (404, None));
    let run = play(&api, &client, configuration).await;
    let (later, _) = start(&client, configuration).await;
    let found = client.get(&last).await.body;
    assert_eq!((&found["id"], &found["test_count"]), (&json!(run), &json!(2)));
    assert_eq!((&found["status"], &found["pass_rate"]), (&json!("Completed"), &json!(50.0)));
    let execute = format!("/test_sets/{set}/execute/{endpoint}");
    let rescored =
        json!({ "execution_options": { "execution_mode": "Sequential" }, "reference_test_run_id": run });
    let rescored = client.post(&execute, &rescored).await;
    assert_eq!(
        (rescored.status.as_u16(), &rescored.body["status"]),
        (200, &json!("submitted")),
        "{rescored:?}"
    );
    assert_ne!(rescored.body["test_run_id"], json!(later));
    begin(&api).await;
    while judge(&api, 10).await > 0 {}
    collect(&api).await;
    let ended = client.get(&format!("/test_runs/{}", id(&rescored.body["test_run_id"]))).await.body;
    assert_eq!((&ended["status"], &ended["done"]), (&json!("Completed"), &json!(2)));
    // One after the other: the mode of the rescoring goes before the configuration's.
    let width: i32 = sql::query_scalar("select max(window_size) from tasks.task_group where parent_id = $1")
        .bind(rescored.task_id())
        .fetch_one(api.system.database.owner())
        .await
        .unwrap();
    assert_eq!(width, 1);
}

#[tokio::test]
async fn a_run_of_something_else_is_no_reference() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 1).await;
    let (own, set, endpoint) = api.configuration(&client, 1).await;
    let other = play(&api, &client, configuration).await;
    let (waiting, _) = start(&client, own).await;
    let execute = format!("/test_sets/{set}/execute/{endpoint}");
    for (reference, expected) in [
        (json!(other), (422, Some("reference_test_run_id"))),
        (json!(Uuid::now_v7()), (422, Some("reference_test_run_id"))),
        (json!("x"), (422, Some("reference_test_run_id"))),
        (json!(waiting), (409, None)),
    ] {
        let answer = client.post(&execute, &json!({ "reference_test_run_id": reference })).await;
        assert_eq!(answer.problem(), expected, "{answer:?}");
    }
}

#[tokio::test]
async fn runs_and_results_stand_as_the_sdk_reads_them_and_as_ever_for_others() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 4).await;
    let (run, _) = start(&client, configuration).await;
    let at = format!("/test_runs/{run}");
    let waiting = ask(&client, "GET", &at).await.body;
    assert_eq!(
        (&waiting["status"], &waiting["attributes"]["status"]),
        (&json!("Progress"), &json!("Queued"))
    );
    assert_eq!(client.get(&at).await.body["status"], "Queued");
    begin(&api).await;
    while judge(&api, 10).await > 0 {}
    collect(&api).await;
    let listed = ask(&client, "GET", "/test_runs").await.body;
    assert_eq!(
        (&listed[0]["status"], &listed[0]["attributes"]["tests_passed"]),
        (&json!("Partial"), &json!(2))
    );
    let results = format!("/test_results?test_run_id={run}");
    let (theirs, ours) = (ask(&client, "GET", &results).await.body, client.get(&results).await.body);
    assert_eq!((&theirs[2]["status"]["name"], &ours[2]["status"]), (&json!("Error"), &json!("Error")));
    let one = format!("/test_results/{}", id(&ours[0]["id"]));
    assert_eq!(ask(&client, "GET", &one).await.body["status"], json!({ "name": "Pass" }));
    let configured = ask(&client, "GET", &format!("/test_configurations/{configuration}")).await.body;
    let at = format!("/test_configurations/{configuration}");
    let again = json!({
        "id": configuration, "endpoint_id": configured["endpoint_id"], "test_set_id": configured["test_set_id"],
        "attributes": { "execution_mode": "Sequential" }
    });
    let pushed = client.put(&at, &again).await;
    assert_eq!(pushed.body["attributes"], again["attributes"], "{pushed:?}");
    let wrong = json!({ "id": Uuid::now_v7() });
    let answer = client.put(&format!("/test_configurations/{configuration}"), &wrong).await;
    assert_eq!(answer.problem(), (422, Some("id")));
}

#[tokio::test]
async fn all_results_of_a_long_run_come_at_once_to_the_sdk() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 260).await;
    let run = play(&api, &client, configuration).await;
    let results = format!("/test_results?test_run_id={run}");
    assert_eq!(ask(&client, "GET", &results).await.body.as_array().unwrap().len(), 260);
    assert_eq!(client.get(&results).await.body.as_array().unwrap().len(), 50);
    assert_eq!(ask(&client, "GET", &format!("{results}&limit=7")).await.body.as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn a_run_that_was_pulled_is_pushed_with_another_name() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, ..) = api.configuration(&client, 1).await;
    let (run, _) = start(&client, configuration).await;
    let at = format!("/test_runs/{run}");
    let pulled = ask(&client, "GET", &at).await.body;
    let push = |field: &str, value: serde_json::Value| {
        let mut body = json!({
            "id": run, "name": "before", "test_configuration_id": configuration, "user_id": client.user_id,
            "status": "Progress", "attributes": pulled["attributes"]
        });
        body[field] = value;
        body
    };
    for (field, value) in [
        ("id", json!(configuration)),
        ("test_configuration_id", json!(run)),
        ("user_id", json!(run)),
        ("organization_id", json!(run)),
        ("status", json!(7)),
        ("name", json!(" ")),
        ("total", json!(7)),
    ] {
        let answer = client.put(&at, &push(field, value)).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{answer:?}");
    }
    assert_eq!(client.get(&at).await.body["name"], json!(null));
    let named = client.put(&at, &push("name", json!("after"))).await;
    assert_eq!((named.status.as_u16(), &named.body["name"]), (200, &json!("after")), "{named:?}");
    assert_eq!(client.get("/test_runs?$filter=tolower(name)%20eq%20'after'").await.body[0]["id"], json!(run));
}
