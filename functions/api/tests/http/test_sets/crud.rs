//! Test sets over HTTP.

use axum::http::Request;
use rhesis::organizations;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::played::{begin, id, play, start};
use crate::world::{Api, Client};

async fn stats(client: &Client) -> Value {
    client.get("/test_sets/stats").await.body
}

async fn make(client: &Client, body: &Value) -> Uuid {
    let answer = client.post("/test_sets", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    id(&answer.body["id"])
}

#[tokio::test]
async fn counts_are_right_at_any_size_and_add_up() {
    let api = Api::new().await;
    let client = api.client().await;
    make(&client, &json!({ "name": "mine", "visibility": "user" })).await;
    make(&client, &json!({ "name": "known", "visibility": "public", "is_published": true })).await;
    let mut tx = api.system.database.owner().begin().await.unwrap();
    organizations::enter(&mut tx, client.organization_id).await.unwrap();
    sql::query("insert into test_set (name) select 'set ' || n from generate_series(1, 1234) n")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        stats(&client).await,
        json!({ "total": 1236, "by_visibility": { "public": 1, "organization": 1234, "user": 1 },
                "by_status": { "published": 1, "unpublished": 1235 } })
    );
    let page = client.get("/test_sets?skip=1200").await;
    assert_eq!(page.headers["x-total-count"], "1236");
    assert_eq!(page.body.as_array().unwrap().len(), 36);
    assert_eq!(stats(&api.client().await).await["total"], 0);
}

#[tokio::test]
async fn a_test_set_is_made_with_its_tests_shown_changed_and_deleted() {
    let api = Api::new().await;
    let client = api.client().await;
    let tests = json!([{ "prompt": "2 + 2?", "expected": "4" }, { "prompt": "=\u{5e9}\n\"x\"" }]);
    let made =
        client.post("/test_sets", &json!({ "name": "sums", "description": "d", "tests": tests })).await;
    let address = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(client.get(&address).await.body, made.body);
    assert_eq!((&made.body["tests"], &made.body["visibility"]), (&json!(2), &json!("organization")));
    let page = client.get(&format!("{address}/tests?limit=1")).await;
    assert_eq!(
        (&page.body[0]["prompt"], &page.headers["x-total-count"]),
        (&json!("2 + 2?"), &"2".parse().unwrap())
    );
    let rest = client.get(&page.next(&format!("{address}/tests")).unwrap()).await;
    assert_eq!((&rest.body[0]["prompt"], rest.next("")), (&json!("=\u{5e9}\n\"x\""), None));
    let changed = client.put(&address, &json!({ "name": "more sums", "is_published": true })).await.body;
    assert_eq!(
        (&changed["name"], &changed["description"], &changed["is_published"]),
        (&json!("more sums"), &json!("d"), &json!(true))
    );
    assert_eq!(client.delete(&address).await.status, 204);
    assert_eq!(client.get(&address).await.problem(), (404, None));
    let left: i64 = sql::query_scalar("select (select count(*) from test) + (select count(*) from prompt)")
        .fetch_one(api.system.database.owner())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_test_set_of_visibility_user_exists_for_its_user_only() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let (_, _, endpoint) = api.configuration(&ada, 1).await;
    let tests = json!([{ "prompt": "p" }]);
    let set = make(&ada, &json!({ "name": "mine", "visibility": "user", "tests": tests })).await;
    assert_eq!((&stats(&ada).await["total"], &stats(&bob).await["total"]), (&json!(2), &json!(1)));
    assert_eq!(bob.get("/test_sets").await.body.as_array().unwrap().len(), 1);
    for answer in [
        bob.get(&format!("/test_sets/{set}")).await,
        bob.get(&format!("/test_sets/{set}/tests")).await,
        bob.put(&format!("/test_sets/{set}"), &json!({ "name": "x" })).await,
        bob.delete(&format!("/test_sets/{set}")).await,
        bob.post(&format!("/test_sets/{set}/execute/{endpoint}"), &json!({})).await,
    ] {
        assert_eq!(answer.problem(), (404, None));
    }
    let named = json!({ "endpoint_id": endpoint, "test_set_id": set });
    assert_eq!(bob.post("/test_configurations", &named).await.problem(), (422, Some("test_set_id")));
    // Its user runs it.
    let ran = ada.post(&format!("/test_sets/{set}/execute/{endpoint}"), &json!({})).await;
    let run = format!("/test_runs/{}", id(&ran.body["test_run_id"]));
    assert_eq!(ada.get(&run).await.body["test_set"]["name"], "mine");
    assert_eq!(bob.get(&run).await.problem(), (404, None));
    begin(&api).await;
    assert_eq!(ada.get(&run).await.body["status"], "Progress");
    // Only its own user may keep a test set to himself.
    let shared = make(&ada, &json!({ "name": "ours" })).await;
    let keep = json!({ "visibility": "user" });
    assert_eq!(bob.put(&format!("/test_sets/{shared}"), &keep).await.problem(), (422, Some("visibility")));
    assert_eq!(ada.put(&format!("/test_sets/{shared}"), &keep).await.status, 200);
    assert_eq!(bob.get(&format!("/test_sets/{shared}")).await.problem(), (404, None));
}

#[tokio::test]
async fn a_test_set_stays_while_a_run_of_it_is_on_and_its_results_stay_behind_it() {
    let api = Api::new().await;
    let client = api.client().await;
    let (configuration, set, _) = api.configuration(&client, 2).await;
    let address = format!("/test_sets/{set}");
    let run = play(&api, &client, configuration).await;
    let (queued, _) = start(&client, configuration).await;
    let refused = client.delete(&address).await;
    assert_eq!(refused.problem(), (409, None));
    assert!(refused.body["detail"].as_str().unwrap().contains(&queued.to_string()));
    client.post(&format!("/test_runs/{queued}/cancel"), &json!({})).await;
    assert_eq!(client.delete(&address).await.status, 204);
    let seen = client.get(&format!("/test_runs/{run}")).await.body;
    assert_eq!((&seen["done"], &seen["test_set"]), (&json!(2), &Value::Null));
    let results = client.get(&format!("/test_results?test_run_id={run}")).await.body;
    let result = id(&results[0]["id"]);
    assert_eq!(client.get(&format!("/test_results/{result}")).await.body["prompt"], "prompt 0");
    let again = client.post(&format!("/test_configurations/{configuration}/execute"), &json!({})).await;
    assert_eq!(again.problem(), (422, Some("test_set_id")));
}

#[tokio::test]
async fn what_is_wrong_with_a_test_set_is_named_and_nothing_is_made() {
    let api = Api::new().await;
    let client = api.client().await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": " " }), "name"),
        (json!({ "name": "x".repeat(256) }), "name"),
        (json!({ "name": "x", "visibility": "private" }), "visibility"),
        (json!({ "name": "x", "is_published": 1 }), "is_published"),
        (json!({ "name": "x", "test": [] }), "test"),
        (json!({ "name": "x", "tests": {} }), "tests"),
        (json!({ "name": "x", "tests": [{ "prompt": "p" }, 7] }), "tests[1]"),
        (json!({ "name": "x", "tests": [{ "prompt": "" }] }), "tests[0].prompt"),
        (json!({ "name": "x", "tests": [{ "prompt": "p", "expect": "e" }] }), "tests[0].expect"),
        (json!({ "name": "x", "tests": [{ "prompt": "a\u{0}" }] }), "tests[0].prompt"),
    ] {
        assert_eq!(client.post("/test_sets", &body).await.problem(), (422, Some(field)), "{body}");
    }
    for (query, field) in
        [("visibility=private", "visibility"), ("is_published=yes", "is_published"), ("name=x", "name")]
    {
        assert_eq!(client.get(&format!("/test_sets?{query}")).await.problem(), (422, Some(field)), "{query}");
    }
    assert_eq!(stats(&client).await["total"], 0);
    let other = api.client().await;
    let set = make(&other, &json!({ "name": "theirs" })).await;
    for answer in [
        client.get(&format!("/test_sets/{set}")).await,
        client.get(&format!("/test_sets/{set}/tests")).await,
        client.put(&format!("/test_sets/{set}"), &json!({})).await,
        client
            .send(Request::delete(format!("/test_sets/{set}")).body(axum::body::Body::empty()).unwrap())
            .await,
    ] {
        assert_eq!(answer.problem(), (404, None));
    }
}
