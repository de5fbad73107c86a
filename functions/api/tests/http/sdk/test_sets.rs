use serde_json::{Value, json};
use uuid::Uuid;

use super::ask;
use crate::played::id;
use crate::world::{Api, Client};

fn test(prompt: &str) -> Value {
    json!({
        "category": "Safety", "topic": "Sums", "behavior": "Correctness", "metadata": { "source": "book" },
        "prompt": { "content": prompt, "expected_response": "4", "language_code": "en" }, "test_type": "Single-Turn"
    })
}

fn set(tests: &[Value]) -> Value {
    json!({
        "name": "sums", "description": "d", "short_description": "s", "test_set_type": "Single-Turn",
        "metadata": { "by": "hand" }, "tests": tests, "test_count": 7, "categories": ["Safety"]
    })
}

async fn push(client: &Client, set: &Value) -> Uuid {
    let answer = client.post("/test_sets/bulk", set).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    id(&answer.body["id"])
}

async fn tests(client: &Client, set: Uuid) -> Vec<Uuid> {
    let answer = client.get(&format!("/test_sets/{set}/tests")).await;
    answer.body.as_array().unwrap().iter().map(|test| id(&test["test_id"])).collect()
}

#[tokio::test]
async fn a_test_set_is_pushed_with_its_tests_and_pulled_as_it_was() {
    let api = Api::new().await;
    let client = api.client().await;
    let id = push(&client, &set(&[test("2 + 2?"), test("1 + 3?")])).await;
    let pulled = ask(&client, "GET", &format!("/test_sets/{id}")).await.body;
    for (field, value) in [
        ("name", json!("sums")),
        ("short_description", json!("s")),
        ("test_set_type", json!("Single-Turn")),
        ("metadata", json!({ "by": "hand" })),
        ("test_count", json!(2)),
    ] {
        assert_eq!(pulled[field], value, "{field}");
    }
    // There it is a list of tests; here it is their number.
    assert_eq!(pulled.get("tests"), None);
    assert_eq!(client.get(&format!("/test_sets/{id}")).await.body["tests"], 2);
    let fetched = ask(&client, "GET", &format!("/test_sets/{id}/tests?skip=1&limit=100")).await;
    let fetched = fetched.body.as_array().unwrap();
    assert_eq!(fetched.len(), 1);
    let expected = test("1 + 3?");
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&fetched[0][field], value, "{field}");
    }
    assert_eq!(client.get("/behaviors").await.body.as_array().unwrap().len(), 1, "one behavior for both");
    let renamed = json!({ "name": "more sums", "short_description": "t" });
    let renamed = client.put(&format!("/test_sets/{id}"), &renamed).await;
    assert_eq!(
        (&renamed.body["short_description"], &renamed.body["description"]),
        (&json!("t"), &json!("d"))
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_pushed_set_is_named_and_nothing_is_made() {
    let api = Api::new().await;
    let client = api.client().await;
    let with = |field: &str, value: Value| {
        let mut set = set(&[test("p")]);
        set[field] = value;
        set
    };
    let of = |field: &str, value: Value| {
        let mut wrong = test("q");
        wrong[field] = value;
        set(&[test("p"), wrong])
    };
    for (body, field) in [
        (with("surprise", json!(1)), "surprise"),
        (with("name", json!(" ")), "name"),
        (with("test_set_type", json!("Multi-Turn")), "test_set_type"),
        (with("tests", json!({})), "tests"),
        (with("test_count", json!("2")), "test_count"),
        (with("topics", json!([1])), "topics"),
        (with("metadata", json!({ "x": "y".repeat(20_000) })), "metadata"),
        (of("surprise", json!(1)), "tests[1].surprise"),
        (of("test_configuration", json!({ "goal": "g" })), "tests[1].test_configuration"),
        (of("test_type", json!("Multi-Turn")), "tests[1].test_type"),
        (of("prompt", json!("text")), "tests[1].prompt"),
        (of("prompt", json!({ "content": "" })), "tests[1].prompt.content"),
        (of("prompt", json!({ "content": "c", "x": 1 })), "tests[1].prompt.x"),
        (of("prompt", json!({ "content": "c", "language_code": "e n" })), "tests[1].prompt.language_code"),
        (of("prompt", json!({ "content": "c", "id": {} })), "tests[1].prompt.id"),
        (of("id", json!("7")), "tests[1].id"),
        (of("prompt", Value::Null), "tests[1].prompt"),
        (of("category", json!("x".repeat(256))), "tests[1].category"),
        (of("metadata", json!([])), "tests[1].metadata"),
    ] {
        let answer = client.post("/test_sets/bulk", &body).await;
        assert_eq!(answer.problem(), (422, Some(field)), "{answer:?}");
    }
    assert_eq!(client.get("/test_sets").await.body, json!([]));
    assert_eq!(client.get("/behaviors").await.body, json!([]));
}

#[tokio::test]
async fn tests_are_added_once_in_their_order_and_taken_out_without_being_deleted() {
    let api = Api::new().await;
    let client = api.client().await;
    let (one, other) =
        (push(&client, &set(&[test("a"), test("b")])).await, push(&client, &set(&[test("c")])).await);
    let (mine, more) = (tests(&client, one).await, tests(&client, other).await);
    let address = |verb: &str| format!("/test_sets/{other}/{verb}");
    let named = json!({ "test_ids": [mine[1], more[0], mine[0], mine[1]] });
    let added = client.post(&address("associate"), &named).await;
    assert_eq!((added.status.as_u16(), &added.body["added_associations"]), (200, &json!(2)), "{added:?}");
    assert_eq!((&added.body["success"], &added.body["total_tests"]), (&json!(true), &json!(4)));
    assert_eq!(tests(&client, other).await, [more[0], mine[1], mine[0]]);
    let removed =
        client.post(&address("disassociate"), &json!({ "test_ids": [mine[1], Uuid::now_v7()] })).await;
    assert_eq!(removed.body["removed_associations"], 1, "{removed:?}");
    assert_eq!(tests(&client, other).await, [more[0], mine[0]]);
    assert_eq!(tests(&client, one).await, mine);
    for (body, field) in [
        (json!({ "test_ids": [mine[0], Uuid::now_v7()] }), "test_ids[1]"),
        (json!({ "test_ids": ["x"] }), "test_ids[0]"),
        (json!({ "test_ids": [] }), "test_ids"),
        (json!({ "test_ids": [mine[0]], "x": 1 }), "x"),
    ] {
        assert_eq!(client.post(&address("associate"), &body).await.problem(), (422, Some(field)), "{body}");
    }
    assert_eq!(tests(&client, other).await.len(), 2);
}

#[tokio::test]
async fn a_test_taken_out_of_a_private_set_stays_private_until_its_user_shows_it() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let mut private = set(&[test("secret")]);
    private["visibility"] = json!("user");
    let private = push(&ada, &private).await;
    let test_id = tests(&ada, private).await[0];
    let shared = push(&bob, &set(&[])).await;
    let named = json!({ "test_ids": [test_id] });
    let into_shared = format!("/test_sets/{shared}/associate");
    assert_eq!(bob.post(&into_shared, &named).await.problem(), (422, Some("test_ids[0]")));
    let out = ada.post(&format!("/test_sets/{private}/disassociate"), &named).await;
    assert_eq!(out.body["removed_associations"], 1, "{out:?}");
    assert_eq!(bob.post(&into_shared, &named).await.problem(), (422, Some("test_ids[0]")));
    assert_eq!(ada.post(&into_shared, &named).await.status, 200);
    assert_eq!(tests(&bob, shared).await, [test_id]);
    let seen = bob.get(&format!("/test_sets/{shared}/tests")).await;
    assert_eq!(seen.body[0]["prompt"], "secret");
}

#[tokio::test]
async fn a_test_in_private_sets_of_two_users_stays_with_each_whatever_the_other_does() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let shared = push(&ada, &set(&[test("kept")])).await;
    let test_id = tests(&ada, shared).await[0];
    let named = json!({ "test_ids": [test_id] });
    let mut private = set(&[]);
    private["visibility"] = json!("user");
    let (adas, bobs) = (push(&ada, &private).await, push(&bob, &private).await);
    for (client, own) in [(&ada, adas), (&bob, bobs)] {
        assert_eq!(client.post(&format!("/test_sets/{own}/associate"), &named).await.status, 200);
    }
    for gone in [shared, adas] {
        assert_eq!(ada.delete(&format!("/test_sets/{gone}")).await.status, 204);
        assert_eq!(tests(&bob, bobs).await, [test_id]);
    }
    let again = push(&ada, &private).await;
    let hidden = ada.post(&format!("/test_sets/{again}/associate"), &named).await;
    assert_eq!(hidden.problem(), (422, Some("test_ids[0]")), "it is Bob's alone by now");
}

#[tokio::test]
async fn what_one_user_takes_out_of_a_private_set_another_still_has_in_theirs() {
    let api = Api::new().await;
    let ada = api.client().await;
    let bob = api.colleague(&ada).await;
    let shared = push(&ada, &set(&[test("kept")])).await;
    let test_id = tests(&ada, shared).await[0];
    let named = json!({ "test_ids": [test_id] });
    let mut private = set(&[]);
    private["visibility"] = json!("user");
    let (adas, bobs) = (push(&ada, &private).await, push(&bob, &private).await);
    for (client, own) in [(&ada, adas), (&bob, bobs)] {
        assert_eq!(client.post(&format!("/test_sets/{own}/associate"), &named).await.status, 200);
    }
    for (client, from) in [(&ada, shared), (&ada, adas)] {
        let out = client.post(&format!("/test_sets/{from}/disassociate"), &named).await;
        assert_eq!(out.body["removed_associations"], 1, "{out:?}");
        assert_eq!(tests(&bob, bobs).await, [test_id]);
    }
    // Out of Bob's too it is Bob's alone, and what Bob puts it into shows it as soon as others see that.
    bob.post(&format!("/test_sets/{bobs}/disassociate"), &named).await;
    let later = push(&bob, &private).await;
    assert_eq!(bob.post(&format!("/test_sets/{later}/associate"), &named).await.status, 200);
    let into_shared = format!("/test_sets/{shared}/associate");
    assert_eq!(ada.post(&into_shared, &named).await.problem(), (422, Some("test_ids[0]")));
    let shown = bob.put(&format!("/test_sets/{later}"), &json!({ "visibility": "organization" })).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    assert_eq!(tests(&ada, later).await, [test_id]);
}

#[tokio::test]
async fn metrics_are_given_to_sets_and_behaviors_and_taken_from_them() {
    let api = Api::new().await;
    let client = api.client().await;
    let set_id = push(&client, &set(&[test("p")])).await;
    let behavior = id(&client.get("/behaviors").await.body[0]["id"]);
    let metric =
        id(&client.post("/metrics", &json!({ "name": "same", "class_name": "exact" })).await.body["id"]);
    for holder in [format!("/test_sets/{set_id}"), format!("/behaviors/{behavior}")] {
        let (all, one) = (format!("{holder}/metrics"), format!("{holder}/metrics/{metric}"));
        assert_eq!(client.get(&all).await.body, json!([]));
        for _ in 0..2 {
            let added = client.post(&one, &json!({})).await;
            assert_eq!(added.body[0]["name"], "same", "{added:?}");
        }
        assert_eq!(client.get(&all).await.body.as_array().unwrap().len(), 1);
        let removed = ask(&client, "DELETE", &one).await;
        assert_eq!((removed.status.as_u16(), &removed.body), (200, &json!([])), "{removed:?}");
        let nothing = format!("{holder}/metrics/{}", Uuid::now_v7());
        assert_eq!(client.post(&nothing, &json!({})).await.problem(), (404, None));
    }
    assert_eq!(ask(&client, "GET", &format!("/behaviors/{behavior}/metrics/")).await.body, json!([]));
    let at = format!("/behaviors/{behavior}");
    let renamed = client.put(&at, &json!({ "id": behavior, "name": "Right" })).await;
    assert_eq!(renamed.body["name"], "Right", "{renamed:?}");
    assert_eq!(client.put(&at, &json!({ "name": "" })).await.problem(), (422, Some("name")));
    assert_eq!(ask(&client, "DELETE", &at).await.status, 200);
    assert_eq!(client.get(&format!("/test_sets/{set_id}/tests")).await.body[0]["behavior"], Value::Null);
}
