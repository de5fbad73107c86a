use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Answer, Api, Client};

async fn create(client: &Client, body: &Value) -> Answer {
    client.post("/schedules", body).await
}

async fn delete(client: &Client, path: &str) -> Answer {
    client.send(Request::delete(path).body(Body::empty()).unwrap()).await
}

fn nightly() -> Value {
    json!({ "name": "nightly", "kind": "count_test_sets", "cron": "0 3 * * *", "time_zone": "Europe/Berlin" })
}

/// The nightly schedule with other fields.
fn with(fields: Value) -> Value {
    let mut body = nightly();
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

async fn count(api: &Api) -> i64 {
    sql::query_scalar("select count(*) from tasks.schedule")
        .fetch_one(api.system.database.owner())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_schedule_is_made_and_shown_as_it_was_asked_for() {
    let api = Api::new().await;
    let client = api.client().await;
    let options = json!({
        "expires": 600.0, "max_retries": 5, "backoff": { "factor": 2.0, "cap": 60.0 }, "time_limit": 20.0,
        "priority": "low", "limit_key": "nightly", "headers": { "why": "nightly" },
    });
    let made = create(&client, &with(json!({ "options": options, "catch_up": "one" }))).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(path, format!("/schedules/{}", made.body["schedule_id"].as_str().unwrap()));
    for (field, value) in with(json!({ "options": options, "catch_up": "one", "args": {}, "every": null,
        "paused_at": null, "problem": null, "last_at": null }))
    .as_object()
    .unwrap()
    {
        assert_eq!(&made.body[field], value, "{field}");
    }
    assert!(made.body["next_at"].as_str().unwrap().ends_with(":00:00Z"), "{:?}", made.body);

    assert_eq!(client.get(&path).await.body, made.body);
    let mut line = made.body.clone();
    for field in ["args", "options"] {
        line.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(client.get("/schedules").await.body, json!([line]));
}

#[tokio::test]
async fn a_pattern_without_a_time_zone_is_read_in_utc() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = create(&client, &with(json!({ "time_zone": null }))).await;
    assert_eq!(made.body["time_zone"], "UTC");
    assert!(made.body["next_at"].as_str().unwrap().ends_with("T03:00:00Z"), "{made:?}");
}

#[tokio::test]
async fn what_a_schedule_starts_is_a_task_of_its_organization_with_its_options() {
    let api = Api::new().await;
    let (client, other) = (api.client().await, api.client().await);
    let body = json!({ "name": "often", "kind": "count_test_sets", "every": 600,
        "options": { "max_retries": 5, "headers": { "why": "often" } } });
    let schedule = create(&client, &body).await.body["schedule_id"].clone();
    api.change("update tasks.schedule set next_at = date_trunc('second', clock_timestamp())".into()).await;
    let deadline = SystemTime::now() + Duration::from_secs(60);
    relay::sweep(&api.system.relay, &api.system.queue(), deadline).await.unwrap();

    let wakes = api.system.messages.take_all();
    assert_eq!(wakes.len(), 1);
    let path = format!("/tasks/{}", wakes[0].task_id);
    let task = client.get(&path).await.body;
    assert_eq!(task["schedule_id"], schedule, "{task}");
    assert_eq!(task["options"], json!({ "max_retries": 5 }));
    assert_eq!(task["headers"]["why"], "often");
    let shown = client.get(&format!("/schedules/{}", schedule.as_str().unwrap())).await.body;
    assert_eq!(task["headers"]["scheduled_for"], shown["last_at"]);
    assert_eq!(other.get(&path).await.problem(), (404, None));
}

#[tokio::test]
async fn a_paused_schedule_waits_for_nothing_until_it_is_resumed() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = create(&client, &nightly()).await.body;
    let path = format!("/schedules/{}", made["schedule_id"].as_str().unwrap());
    let paused = client.post_text(&format!("{path}/pause"), "").await;
    assert_eq!(paused.status, 200);
    assert!(paused.body["paused_at"].is_string() && paused.body["next_at"].is_null(), "{paused:?}");
    let again = client.post_text(&format!("{path}/pause"), "").await;
    assert_eq!(again.body, paused.body, "a second pause changes nothing");
    for _ in 0..2 {
        let resumed = client.post_text(&format!("{path}/resume"), "").await;
        assert_eq!((resumed.status.as_u16(), &resumed.body), (200, &made));
    }
}

#[tokio::test]
async fn a_deleted_schedule_is_gone_and_its_name_is_free() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = create(&client, &nightly()).await.body;
    let path = format!("/schedules/{}", made["schedule_id"].as_str().unwrap());
    assert_eq!(delete(&client, &path).await.status, 204);
    assert_eq!(delete(&client, &path).await.problem(), (404, None));
    assert_eq!(client.get(&path).await.problem(), (404, None));
    assert_eq!(create(&client, &nightly()).await.status, 201);
}

#[tokio::test]
async fn another_organizations_schedule_is_unknown() {
    let api = Api::new().await;
    let (client, other) = (api.client().await, api.client().await);
    let made = create(&client, &nightly()).await.body;
    let path = format!("/schedules/{}", made["schedule_id"].as_str().unwrap());
    let unknown = format!("/schedules/{}", Uuid::now_v7());
    for (client, path) in [(&other, &path), (&client, &unknown)] {
        assert_eq!(client.get(path).await.problem(), (404, None));
        assert_eq!(client.post_text(&format!("{path}/pause"), "").await.problem(), (404, None));
        assert_eq!(client.post_text(&format!("{path}/resume"), "").await.problem(), (404, None));
        assert_eq!(delete(client, path).await.problem(), (404, None));
    }
    assert_eq!(other.get("/schedules").await.body, json!([]));
    assert_eq!(create(&other, &nightly()).await.status, 201, "names are an organization's own");
    assert_eq!(client.get(&path).await.body, made);
    assert_eq!(client.get("/schedules/7").await.problem(), (422, Some("id")));
}

#[tokio::test]
async fn a_taken_name_is_a_conflict() {
    let api = Api::new().await;
    let client = api.client().await;
    create(&client, &nightly()).await;
    let second = create(&client, &with(json!({ "cron": "0 4 * * *" }))).await;
    assert_eq!(second.problem(), (409, Some("name")));
    assert_eq!(count(&api).await, 1);
}

#[tokio::test]
async fn an_organization_has_a_thousand_schedules_and_no_more() {
    let api = Api::new().await;
    let client = api.client().await;
    api.change(format!(
        "insert into tasks.schedule (organization_id, name, kind, every, next_at)
         select '{}', n::text, 'count_test_sets', interval '1 hour', clock_timestamp() from generate_series(1, 1000) n",
        client.organization_id
    ))
    .await;
    assert_eq!(create(&client, &nightly()).await.problem(), (409, None));
    assert_eq!(count(&api).await, 1000);
    assert_eq!(client.get("/schedules").await.headers["x-total-count"], "1000");
}

#[tokio::test]
async fn what_could_not_tick_or_start_its_task_is_refused_by_the_name_of_the_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let long = "x".repeat(101);
    for (fields, field) in [
        (json!({ "name": null }), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": long }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "kind": null }), "kind"),
        (json!({ "kind": "no_such_kind" }), "kind"),
        (json!({ "kind": "execute_test", "args": {} }), "kind"),
        (json!({ "args": [] }), "args"),
        (json!({ "args": { "surprise": 1 } }), "args.surprise"),
        (json!({ "cron": null, "time_zone": null }), "cron"),
        (json!({ "cron": "0 25 * * *" }), "cron"),
        (json!({ "cron": "* * * * * *" }), "cron"),
        (json!({ "cron": "0 0 30 2 *" }), "cron"),
        (json!({ "cron": 5 }), "cron"),
        (json!({ "time_zone": "Europe/Bielefeld" }), "time_zone"),
        (json!({ "time_zone": 1 }), "time_zone"),
        (json!({ "every": 60 }), "every"),
        (json!({ "cron": null, "every": 60 }), "time_zone"),
        (json!({ "cron": null, "time_zone": null, "every": 9 }), "every"),
        (json!({ "cron": null, "time_zone": null, "every": 60.5 }), "every"),
        (json!({ "cron": null, "time_zone": null, "every": "60" }), "every"),
        (json!({ "cron": null, "time_zone": null, "every": 31_622_401 }), "every"),
        (json!({ "catch_up": "some" }), "catch_up"),
        (json!({ "options": [] }), "options"),
        (json!({ "options": { "countdown": 1 } }), "options.countdown"),
        (json!({ "options": { "idempotency_key": "x" } }), "options.idempotency_key"),
        (json!({ "options": { "expires": "2030-01-01T00:00:00Z" } }), "options.expires"),
        (json!({ "options": { "expires": -1 } }), "options.expires"),
        (json!({ "options": { "max_retries": -1 } }), "options.max_retries"),
        (json!({ "options": { "max_retries": "x" } }), "options.max_retries"),
        (json!({ "options": { "backoff": { "factor": 0 } } }), "options.backoff.factor"),
        (json!({ "options": { "time_limit": 31 } }), "options.time_limit"),
        (json!({ "options": { "headers": { "scheduled_for": "now" } } }), "options.headers.scheduled_for"),
        (json!({ "options": { "headers": { "x": 1 } } }), "options.headers.x"),
        (json!({ "enabled": true }), "enabled"),
    ] {
        let answer = create(&client, &with(fields.clone())).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{fields}");
    }
    assert_eq!(count(&api).await, 0);
}

#[tokio::test]
async fn nobody_makes_or_sees_a_schedule_without_a_token() {
    let api = Api::new().await;
    let mut client = api.client().await;
    client.token = "rh-unknown".into();
    assert_eq!(create(&client, &nightly()).await.problem(), (401, None));
    assert_eq!(client.get("/schedules").await.problem(), (401, None));
    assert_eq!(count(&api).await, 0);
}
