use serde_json::{Value, json};
use uuid::Uuid;

use crate::played::id;
use crate::world::Api;

/// A judge of numbers as the SDK pushes it.
fn judge() -> Value {
    json!({
        "class_name": "NumericJudge", "name": "Tone", "description": null, "score_type": "numeric", "metric_type": null,
        "metric_scope": ["Single-Turn", "Multi-Turn"], "explanation": null, "requires_ground_truth": true,
        "requires_context": false, "id": null, "evaluation_prompt": "Is it polite?", "evaluation_steps": null,
        "reasoning": null, "evaluation_examples": null, "min_score": 0, "max_score": 10, "threshold": 7,
        "threshold_operator": ">=", "reference_score": null, "backend_type": "custom"
    })
}

#[tokio::test]
async fn a_judge_is_pushed_under_the_names_of_the_sdk_and_pushed_again() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/metrics", &judge()).await;
    assert_eq!(made.status, 201, "{made:?}");
    for (field, value) in [
        ("class_name", json!("NumericJudge")),
        ("ground_truth_required", json!(true)),
        ("context_required", json!(false)),
        ("metric_scope", json!(["Single-Turn", "Multi-Turn"])),
        ("threshold", json!(7.0)),
    ] {
        assert_eq!(made.body[field], value, "{field}");
    }
    let mut again = judge();
    again["id"] = made.body["id"].clone();
    again["requires_ground_truth"] = json!(false);
    let at = format!("/metrics/{}", id(&made.body["id"]));
    let pushed = client.put(&at, &again).await;
    assert_eq!((pushed.status.as_u16(), &pushed.body["ground_truth_required"]), (200, &json!(false)));
    let categorical = json!({
        "class_name": "CategoricalJudge", "name": "Kind", "score_type": "categorical", "metric_type": "rag",
        "evaluation_prompt": "Which?", "categories": ["good", "bad"], "passing_categories": ["good"],
        "reference_score": "good", "backend_type": "custom", "explanation": null
    });
    let made = client.post("/metrics", &categorical).await;
    assert_eq!((made.status.as_u16(), &made.body["passing_categories"]), (201, &json!(["good"])), "{made:?}");
}

#[tokio::test]
async fn what_a_metric_of_the_sdk_cannot_mean_here_is_refused_by_its_name() {
    let api = Api::new().await;
    let client = api.client().await;
    for (field, value, named) in [
        ("surprise", json!(1), "surprise"),
        ("id", json!(Uuid::now_v7()), "id"),
        ("backend_type", json!("deepeval"), "backend_type"),
        ("class_name", json!("GoalAchievementJudge"), "class_name"),
        ("explanation", json!("because"), "explanation"),
        ("reference_score", json!("good"), "reference_score"),
        ("requires_ground_truth", json!("yes"), "requires_ground_truth"),
        ("ground_truth_required", json!(false), "requires_ground_truth"),
        ("ground_truth_required", json!("yes"), "requires_ground_truth"),
        ("context_required", json!("no"), "requires_context"),
        ("metric_type", json!(1), "metric_type"),
        ("name", Value::Null, "name"),
    ] {
        let mut body = judge();
        body[field] = value.clone();
        assert_eq!(client.post("/metrics", &body).await.problem(), (422, Some(named)), "{field} {value}");
    }
    assert_eq!(client.get("/metrics").await.body, json!([]));
    let made = client.post("/metrics", &judge()).await;
    let mut other = judge();
    other["id"] = json!(Uuid::now_v7());
    let at = format!("/metrics/{}", id(&made.body["id"]));
    assert_eq!(client.put(&at, &other).await.problem(), (422, Some("id")));
}
