use serde_json::{Value, json};

use super::ask;
use crate::played::id;
use crate::world::Api;

fn set(test: &Value) -> Value {
    json!({ "name": "sums", "test_set_type": "Single-Turn", "tests": [test], "requirements": ["Correctness"] })
}

fn test() -> Value {
    json!({ "category": "Safety", "requirement": "Correctness", "prompt": { "content": "2 + 2?" } })
}

#[tokio::test]
async fn a_requirement_is_a_behavior_by_another_name() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/test_sets/bulk", &set(&test())).await;
    assert_eq!(made.status, 201, "{made:?}");
    let tests = ask(&client, "GET", &format!("/test_sets/{}/tests", id(&made.body["id"]))).await.body;
    assert_eq!(
        (&tests[0]["requirement"], &tests[0]["behavior"]),
        (&json!("Correctness"), &json!("Correctness"))
    );
    let listed = client.get("/requirements").await.body;
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["name"]), (1, &json!("Correctness")));
    assert_eq!(client.get("/behaviors").await.body, listed);
    let at = format!("/requirements/{}", id(&listed[0]["id"]));
    let renamed = client.put(&at, &json!({ "name": "Truth" })).await;
    assert_eq!(renamed.body["name"], "Truth", "{renamed:?}");
    assert_eq!(client.get(&format!("{at}/metrics/")).await.body, json!([]));
    assert_eq!(client.delete(&at).await.status, 204);
    assert_eq!(client.get("/behaviors").await.body, json!([]));
}

#[tokio::test]
async fn a_requirement_that_contradicts_a_behavior_is_refused_by_its_name() {
    let api = Api::new().await;
    let client = api.client().await;
    for (field, value) in [("behavior", json!("Tone")), ("requirement", json!("")), ("requirement", json!(1))]
    {
        let mut test = test();
        test[field] = value;
        let answer = client.post("/test_sets/bulk", &set(&test)).await;
        assert_eq!(answer.problem(), (422, Some("tests[0].requirement")), "{answer:?}");
    }
    let mut both = test();
    both["behavior"] = both["requirement"].clone();
    assert_eq!(client.post("/test_sets/bulk", &set(&both)).await.status, 201);
    assert_eq!(
        client.post("/test_sets/bulk", &json!({ "name": "a", "requirements": [1] })).await.problem(),
        (422, Some("requirements"))
    );
}
