//! Test sets of visibility `user` from their making to their end, beside a colleague.

use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::played::{begin, collect, id, judge, play, start};
use crate::walk::private::bound;
use crate::world::{Api, Client};

/// A configuration of Ada's, of a test set of this visibility.
async fn configuration(api: &Api, ada: &Client, visibility: &str) -> (Uuid, Uuid) {
    let (_, _, endpoint) = api.configuration(ada, 1).await;
    let set = json!({ "name": "s", "visibility": visibility, "tests": [{ "prompt": "the question" }] });
    let set = id(&ada.post("/test_sets", &set).await.body["id"]);
    let new = json!({ "endpoint_id": endpoint, "test_set_id": set });
    (id(&ada.post("/test_configurations", &new).await.body["id"]), set)
}

/// What a client finds of a run at all of its addresses.
async fn finds(
    client: &Client,
    run: Uuid,
    task: Uuid,
    configuration: Uuid,
    result: Option<Uuid>,
) -> Vec<u16> {
    let mut found = Vec::new();
    let result = result.map(|id| format!("/test_results/{id}"));
    for path in [
        format!("/test_runs/{run}"),
        format!("/test_runs/{run}/download"),
        format!("/tasks/{task}"),
        format!("/tasks/{task}/why"),
        format!("/test_configurations/{configuration}"),
        format!("/test_results?test_run_id={run}"),
    ]
    .into_iter()
    .chain(result)
    {
        found.push(client.get(&path).await.status.as_u16());
    }
    found.dedup();
    found
}

async fn tasks(client: &Client, query: &str) -> usize {
    client.get(&format!("/tasks?{query}")).await.body.as_array().unwrap().len()
}

#[tokio::test]
async fn a_private_test_set_is_run_to_its_end_and_only_its_user_hears_of_it() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let hook = json!({ "url": "https://hook.example.com/", "events": ["test_run.ended"] });
    for client in [&ada, &bob] {
        client.post("/webhooks", &hook).await;
    }
    let (configuration, _) = configuration(&api, &ada, "user").await;
    let (run, task) = start(&ada, configuration).await;
    assert_eq!(finds(&bob, run, task, configuration, None).await, [404]);
    begin(&api).await;
    assert_eq!(ada.get(&format!("/test_runs/{run}")).await.body["status"], "Progress");
    assert_eq!(finds(&bob, run, task, configuration, None).await, [404]);
    while judge(&api, 10).await > 0 {}
    collect(&api).await;
    assert_eq!(ada.get(&format!("/test_runs/{run}")).await.body["status"], "Completed");
    let result = id(&ada.get(&format!("/test_results?test_run_id={run}")).await.body[0]["id"]);
    assert_eq!(finds(&ada, run, task, configuration, Some(result)).await, [200]);
    assert_eq!(finds(&bob, run, task, configuration, Some(result)).await, [404]);
    assert_eq!(
        (tasks(&ada, "kind=deliver_webhook").await, tasks(&bob, "kind=deliver_webhook").await),
        (1, 0)
    );
    assert_eq!((tasks(&ada, "").await, tasks(&bob, "").await), (4, 0));
}

#[tokio::test]
async fn the_clock_starts_a_private_run_for_its_user_only() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let (configuration, _) = configuration(&api, &ada, "user").await;
    // A uuid has several spellings, and a handler reads them all.
    let args =
        json!({ "test_configuration_id": format!("urn:uuid:{}", configuration.to_string().to_uppercase()) });
    let new = json!({ "name": "nightly", "kind": "execute_test_configuration", "args": args, "every": 60 });
    let schedule = id(&ada.post("/schedules", &new).await.body["schedule_id"]);
    api.change(format!(
        "select tasks.fire_schedules(jsonb_build_array(jsonb_build_object(
           'id', id, 'seen', next_at, 'ticks', jsonb_build_array(next_at), 'next_at', next_at + interval '1 hour')))
         from tasks.schedule where id = '{schedule}'"
    ))
    .await;
    assert_eq!((tasks(&ada, "").await, tasks(&bob, "").await), (1, 0));
    assert_eq!(bob.get("/schedules").await.body, json!([]));
    assert_eq!(bob.delete(&format!("/schedules/{schedule}")).await.problem(), (404, None));
    assert_eq!(ada.delete(&format!("/schedules/{schedule}")).await.status, 204);
}

#[tokio::test]
async fn what_a_test_set_becomes_holds_for_all_that_was_made_of_it_before() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let (configuration, set) = configuration(&api, &ada, "organization").await;
    let run = play(&api, &ada, configuration).await;
    let task = id(&ada.get("/tasks?kind=execute_test_configuration").await.body[0]["task_id"]);
    let result = id(&ada.get(&format!("/test_results?test_run_id={run}")).await.body[0]["id"]);
    let (set, all) = (format!("/test_sets/{set}"), tasks(&ada, "").await);
    for (visibility, status, seen) in [("user", 404, 0), ("public", 200, all), ("user", 404, 0)] {
        assert_eq!(ada.put(&set, &json!({ "visibility": visibility })).await.status, 200);
        assert_eq!(finds(&bob, run, task, configuration, Some(result)).await, [status], "{visibility}");
        assert_eq!(tasks(&bob, "").await, seen, "{visibility}");
        assert_eq!(finds(&ada, run, task, configuration, Some(result)).await, [200]);
    }
    // Its end does not make it public, nor does that of a run.
    assert_eq!(ada.delete(&set).await.status, 204);
    assert_eq!(finds(&bob, run, task, configuration, Some(result)).await, [404]);
    assert_eq!(ada.get(&format!("/test_results/{result}")).await.body["prompt"], "the question");
    let prompts = "select count(*) from prompt where content = 'the question'";
    assert_eq!((count(&api, &ada, prompts).await, count(&api, &bob, prompts).await), (1, 0));
    assert_eq!(ada.delete(&format!("/test_runs/{run}")).await.status, 204);
    assert_eq!((tasks(&ada, "").await, tasks(&bob, "").await), (all, 0));
}

#[tokio::test]
async fn a_test_set_stays_open_while_a_colleagues_run_of_it_is_on() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let (configuration, set) = configuration(&api, &ada, "organization").await;
    let (run, _) = start(&bob, configuration).await;
    let keep = json!({ "visibility": "user" });
    let refused = ada.put(&format!("/test_sets/{set}"), &keep).await;
    assert_eq!(refused.problem(), (409, None));
    assert!(refused.body["detail"].as_str().unwrap().contains(&run.to_string()));
    bob.post(&format!("/test_runs/{run}/cancel"), &json!({})).await;
    assert_eq!(ada.put(&format!("/test_sets/{set}"), &keep).await.status, 200);
    assert_eq!(bob.get(&format!("/test_runs/{run}")).await.problem(), (404, None));
}

#[tokio::test]
async fn who_names_what_is_private_to_another_starts_a_task_that_finds_nothing() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let (private, _) = configuration(&api, &ada, "user").await;
    let keyed = |id: Uuid| json!({ "args": { "test_configuration_id": id }, "idempotency_key": "k" });
    let address = "/tasks/execute_test_configuration";
    assert_eq!(ada.post(address, &keyed(private)).await.status, 202);
    let mut told = Vec::new();
    for named in [private, Uuid::now_v7()] {
        let same_key = bob.post(address, &keyed(named)).await;
        let task = bob.post(address, &json!({ "args": { "test_configuration_id": named } })).await.task_id();
        begin(&api).await;
        let state = bob.state(task).await;
        told.push(json!([same_key.body, state["status"], state["error"], state["attempts"][0]["error"]]));
        let group = json!({ "members": [{ "kind": "execute_test_configuration", "args": { "test_configuration_id": named } }] });
        let group = id(&bob.post("/groups", &group).await.body["group_id"]);
        assert_eq!(bob.get(&format!("/groups/{group}")).await.status, 200);
        let last = told.pop().unwrap().to_string().replace(&named.to_string(), "it");
        told.push(Value::String(last));
    }
    assert!(told[0].as_str().unwrap().contains("not found"), "{told:?}");
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn no_verb_of_sql_reaches_a_private_task_of_another() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let (configuration, _) = configuration(&api, &ada, "user").await;
    let (_, task) = start(&ada, configuration).await;
    begin(&api).await;
    let args = json!({ "test_configuration_id": configuration });
    let new = json!({ "name": "n", "kind": "execute_test_configuration", "args": args, "every": 60 });
    let schedule = id(&ada.post("/schedules", &new).await.body["schedule_id"]);
    let unsent = format!("select tasks.enqueue('execute_test_configuration', '{args}')::text");
    let mut tx = api.system.api.begin(bound(&ada)).await.unwrap();
    let unsent: String = sqlx::query_scalar(AssertSqlSafe(unsent))
        .persistent(!sql::pooled())
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    let group: Uuid = sql::query_scalar("select id from tasks.task_group where parent_id = $1")
        .bind(task)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let before = api.written().await;
    for (verb, nothing) in [
        (format!("tasks.revoke('{task}')::text"), None),
        (format!("tasks.cancel_group('{group}')::text"), None),
        (format!("tasks.retry_ended('{task}')::text"), None),
        (format!("(tasks.redrive(array['{task}']::uuid[], 0) -> 'ids')::text"), Some("[]")),
        (format!("tasks.kick(array['{unsent}']::uuid[])::text"), Some("[]")),
        (format!("tasks.pause_schedule('{schedule}')::text"), Some("false")),
        (format!("tasks.delete_schedule('{schedule}')::text"), Some("false")),
    ] {
        let mut tx = api.system.api.begin(bound(&bob)).await.unwrap();
        let said: Option<String> = sqlx::query_scalar(AssertSqlSafe(format!("select {verb}")))
            .persistent(!sql::pooled())
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(said.as_deref(), nothing, "{verb}");
    }
    assert_eq!(api.written().await, before);
    let kicked = ada.post("/kick", &json!({ "task_ids": [unsent] })).await;
    assert_eq!(kicked.body["kicked"], 1);
    assert_eq!(ada.delete(&format!("/tasks/{task}")).await.status, 200);
}

async fn count(api: &Api, client: &Client, question: &'static str) -> i64 {
    let mut tx = api.system.api.begin(bound(client)).await.unwrap();
    sql::query_scalar(question).fetch_one(&mut *tx).await.unwrap()
}
