use serde_json::json;

use crate::world::Api;

#[tokio::test]
async fn a_batch_operation_only_counts_unless_told_otherwise_and_then_says_how_far_it_is() {
    let api = Api::new().await;
    let client = api.client().await;
    let tasks = json!(vec![json!({ "kind": "count_test_sets" }); 7]);
    client.post("/tasks", &tasks).await;
    api.run_counts(Some("no credit")).await;
    let body = json!({ "operation": "retry", "kind": "count_test_sets", "status": "FAILURE" });
    let counted = client.post("/batch_operations", &body).await;
    assert_eq!((counted.status.as_u16(), counted.body), (200, json!({ "dry_run": true, "matched": 7 })));
    let wet =
        json!({ "operation": "retry", "kind": "count_test_sets", "status": "FAILURE", "dry_run": false });
    let begun = client.post("/batch_operations", &wet).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    let id = begun.body["id"].as_str().unwrap().to_owned();
    assert_eq!(begun.headers["location"], format!("/batch_operations/{id}"));
    assert_eq!(
        (&begun.body["matched"], &begun.body["done"], &begun.body["skipped"]),
        (&json!(7), &json!(7), &json!(0))
    );
    assert_eq!(begun.body["user_id"], json!(client.user_id));
    assert!(begun.body["finished_at"].is_string(), "{begun:?}");
    assert_eq!(client.get(&format!("/batch_operations/{id}")).await.body, begun.body);
    assert_eq!(client.get("/batch_operations").await.body[0], begun.body);
    let late = client.delete(&format!("/batch_operations/{id}")).await;
    assert_eq!(late.problem(), (409, None), "it is through");
    api.run_counts(None).await;
    assert_eq!(client.get("/tasks?status=SUCCESS").await.body.as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn a_batch_operation_that_cannot_be_is_refused_by_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    for (body, field) in [
        (json!({}), "operation"),
        (json!({ "operation": "delete", "kind": "count_test_sets" }), "operation"),
        (json!({ "operation": "revoke" }), "kind"),
        (json!({ "operation": "revoke", "kind": "no_such" }), "kind"),
        (json!({ "operation": "revoke", "status": "FAILURE" }), "status"),
        (json!({ "operation": "retry", "status": "PENDING" }), "status"),
        (json!({ "operation": "retry", "status": "SUCCESS" }), "status"),
        (json!({ "operation": "retry", "status": "x" }), "status"),
        (json!({ "operation": "revoke", "fingerprint": "x" }), "fingerprint"),
        (json!({ "operation": "retry", "fingerprint": "x", "rate": 0 }), "rate"),
        (json!({ "operation": "retry", "fingerprint": "x", "dry_run": "false" }), "dry_run"),
        (json!({ "operation": "retry", "group_id": "x" }), "group_id"),
        (json!({ "operation": "retry", "all": true }), "all"),
        (
            json!({ "operation": "retry", "created_after": "2026-01-02T00:00:00Z", "created_before": "2026-01-01T00:00:00Z" }),
            "created_before",
        ),
    ] {
        assert_eq!(client.post("/batch_operations", &body).await.problem(), (422, Some(field)), "{body}");
    }
    assert_eq!(client.get("/batch_operations").await.body, json!([]));
}
