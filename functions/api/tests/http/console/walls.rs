use serde_json::json;

use super::browser::Browser;
use crate::played::play;
use crate::world::Api;

#[tokio::test]
async fn what_is_anothers_has_no_page_and_no_act() {
    let api = Api::new().await;
    let (ours, theirs) = (api.client().await, api.client().await);
    let mut browser = Browser::signed_in(&api, &ours).await;
    let (configuration, set, endpoint) = api.configuration(&theirs, 3).await;
    let run = play(&api, &theirs, configuration).await;
    let result = theirs.get(&format!("/test_results?test_run_id={run}")).await.body[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let task = theirs.count(&json!({ "countdown": 1000 })).await;
    let own = api.configuration(&ours, 3).await.0;
    let own = play(&api, &ours, own).await;
    for path in [
        format!("tasks/{task}"),
        format!("runs/{run}"),
        format!("runs/{own}/compare/{run}"),
        format!("runs/{run}/download"),
        format!("results/{result}"),
        format!("test-sets/{set}"),
        format!("endpoints/{endpoint}"),
    ] {
        let page = browser.get(&format!("/console/{path}")).await;
        assert_eq!(page.status, 404, "{path}: {page:?}");
    }
    for path in
        [format!("tasks/{task}/revoke"), format!("runs/{run}/delete"), format!("endpoints/{endpoint}/delete")]
    {
        let page = browser.submit(&format!("/console/{path}"), &[("confirmed", "yes")]).await;
        assert_eq!(page.status, 404, "{path}: {page:?}");
    }
    let found = browser.get(&format!("/console/find?q={task}")).await;
    assert!(found.text.contains("Nothing has the id"), "{found:?}");
    assert_eq!(theirs.state(task).await["status"], "PENDING");
}

#[tokio::test]
async fn what_others_wrote_is_shown_as_text() {
    let api = Api::new().await;
    let client = api.client().await;
    let mut browser = Browser::signed_in(&api, &client).await;
    let hostile = "</pre><script>alert(1)</script>\u{202e}\u{1b}[31m\"'=1+1";
    let rows = json!([{ "prompt": hostile, "expected": hostile }]);
    let set =
        client.post("/test_sets", &json!({ "name": hostile, "description": hostile, "tests": rows })).await;
    let id = client.count(&json!({ "headers": { "x": hostile }, "limit_key": hostile })).await;
    client.put(&format!("/limits?key={}", "%3Cscript%3E"), &json!({ "max_running": 1 })).await;
    for path in [
        format!("test-sets/{}", set.body["id"].as_str().unwrap()),
        "test-sets".into(),
        "runs".into(),
        "limits".into(),
        format!("tasks/{id}"),
        "find?q=%3Cscript%3Ealert(1)%3C/script%3E".into(),
        "tasks?kind=%22%3E%3Cscript%3E".into(),
    ] {
        let page = browser.get(&format!("/console/{path}")).await;
        assert_eq!(page.text.matches("<script").count(), 1, "{path}: only our own: {}", page.text);
    }
}
