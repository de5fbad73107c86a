use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Answer, Api, Client};

fn judge() -> Value {
    json!({"name": "polite", "class_name": "NumericJudge", "evaluation_prompt": "Is it polite?", "threshold": 0.5})
}

fn id(answer: &Answer) -> Uuid {
    assert!(answer.status.is_success(), "{answer:?}");
    answer.body["id"].as_str().and_then(|id| id.parse().ok()).unwrap()
}

async fn put_nothing(client: &Client, path: &str) -> Answer {
    client.send(Request::put(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_metric_is_made_shown_replaced_listed_and_deleted() {
    let api = Api::new().await;
    let client = api.client().await;
    let made = client.post("/metrics", &judge()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let at = format!("/metrics/{}", id(&made));
    assert_eq!(made.headers["location"], at.as_str());
    assert_eq!(client.get(&at).await.body, made.body);
    assert_eq!((&made.body["threshold_operator"], &made.body["max_score"]), (&json!(">="), &json!(1.0)));
    let mut change = judge();
    change["threshold"] = json!(0.9);
    assert_eq!(client.put(&at, &change).await.body["threshold"], 0.9);
    let other = id(&client.post("/metrics", &json!({"name": "same", "class_name": "exact"})).await);
    let page = client.get("/metrics?limit=1").await;
    assert_eq!(page.body[0]["id"], json!(other));
    let page = client.get(&page.next("/metrics").unwrap()).await;
    assert_eq!((&page.body[0]["threshold"], page.next("")), (&json!(0.9), None));
    assert_eq!(client.delete(&at).await.status, 204);
    assert_eq!(client.delete(&at).await.problem(), (404, None));
    assert_eq!(client.get(&at).await.problem(), (404, None));
}

#[tokio::test]
async fn a_metric_that_cannot_judge_is_refused_by_the_name_of_its_field() {
    let api = Api::new().await;
    let client = api.client().await;
    let of = |class: &str, parameters: Value| json!({"class_name": class, "threshold": null, "parameters": parameters});
    for (change, field) in [
        (json!({"threshold": null}), "threshold"),
        (json!({"threshold": "high"}), "threshold"),
        (json!({"model_id": Uuid::now_v7()}), "model_id"),
        (json!({"surprise": 1}), "surprise"),
        (
            json!({"class_name": "regex", "threshold": null, "parameters": {"pattern": "("}}),
            "parameters.pattern",
        ),
        (json!({"threshold": 0}), "threshold"),
        (json!({"threshold": 1, "threshold_operator": "<="}), "threshold"),
        (of("contains", json!({"text": ""})), "parameters.text"),
        (of("contains", json!({"text": " \n"})), "parameters.text"),
        (of("regex", json!({"pattern": ""})), "parameters.pattern"),
        (of("regex", json!({"pattern": "(?s)^.*$"})), "parameters.pattern"),
        (of("regex", json!({"pattern": "(yes)?"})), "parameters.pattern"),
        (of("json_schema", json!({"schema": {}})), "parameters.schema"),
        (of("json_schema", json!({"schema": {"anyOf": [{"type": "string"}, true]}})), "parameters.schema"),
        (
            json!({"class_name": "CategoricalJudge", "threshold": null, "categories": ["a", "b"],
                "passing_categories": ["b", "A"]}),
            "passing_categories",
        ),
    ] {
        let mut body = judge();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(client.post("/metrics", &body).await.problem(), (422, Some(field)), "{body}");
    }
}

#[tokio::test]
async fn a_model_is_kept_and_its_key_is_never_shown() {
    let api = Api::new().await;
    let client = api.client().await;
    let body = json!({"name": "Judge", "model_name": "gpt", "endpoint": "https://api.models.test/v1", "key": "sk-s3cr3t"});
    let made = client.post("/models", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let at = format!("/models/{}", id(&made));
    assert_eq!(made.body["has_key"], true);
    for answer in [&made, &client.get(&at).await, &client.get("/models").await] {
        assert!(!answer.body.to_string().contains("s3cr3t"), "{answer:?}");
    }
    let stored: String =
        sql::query_scalar("select key from model").fetch_one(api.system.database.owner()).await.unwrap();
    assert!(stored.starts_with("gAAAA"), "a Fernet token");
    for (change, field) in [
        (json!({"name": " "}), "name"),
        (json!({"model_name": null}), "model_name"),
        (json!({"endpoint": "http://169.254.169.254/"}), "endpoint"),
        (json!({"endpoint": "https://api.models.test/v1?key=1"}), "endpoint"),
        (json!({"endpoint": "https://api.models.test/v1/chat/completions"}), "endpoint"),
        (json!({"endpoint": "https://api.models.test/v1/chat/completions/"}), "endpoint"),
        (json!({"endpoint": "https://api.models.test/my models"}), "endpoint"),
        (json!({"endpoint": " https://api.models.test/v1"}), "endpoint"),
        (json!({"key": "a b"}), "key"),
        (json!({"provider": "x"}), "provider"),
    ] {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(client.post("/models", &body).await.problem(), (422, Some(field)), "{body}");
    }
    assert_eq!(client.delete(&at).await.status, 204);
    assert_eq!(client.get(&at).await.problem(), (404, None));
}

#[tokio::test]
async fn a_metric_judges_a_test_set_until_it_is_released() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let (_, set, _) = api.configuration(&client, 1).await;
    let metric = id(&client.post("/metrics", &judge()).await);
    let at = format!("/test_sets/{set}/metrics/{metric}");
    for _ in 0..2 {
        assert_eq!(put_nothing(&client, &at).await.status, 204);
    }
    assert_eq!(put_nothing(&stranger, &at).await.problem(), (404, None));
    assert_eq!(
        put_nothing(&client, &format!("/test_sets/{set}/metrics/7")).await.problem(),
        (422, Some("metric_id"))
    );
    assert_eq!(stranger.delete(&at).await.problem(), (404, None));
    let count = async || -> i64 {
        let owner = api.system.database.owner();
        sql::query_scalar("select count(*) from test_set_metric").fetch_one(owner).await.unwrap()
    };
    assert_eq!(count().await, 1);
    assert_eq!(client.delete(&at).await.status, 204);
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn metrics_and_models_of_another_tenant_are_not_there() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let metric = id(&client.post("/metrics", &judge()).await);
    let model = json!({"name": "J", "model_name": "gpt", "endpoint": "https://api.models.test/v1"});
    let model = id(&client.post("/models", &model).await);
    for path in [format!("/metrics/{metric}"), format!("/models/{model}")] {
        assert_eq!(stranger.get(&path).await.problem(), (404, None));
        assert_eq!(stranger.delete(&path).await.problem(), (404, None));
    }
    assert_eq!(stranger.put(&format!("/metrics/{metric}"), &judge()).await.problem(), (404, None));
    assert_eq!(stranger.get("/metrics").await.body, json!([]));
    assert_eq!(stranger.get("/models").await.body, json!([]));
    let mut theirs = judge();
    theirs["model_id"] = json!(model);
    assert_eq!(stranger.post("/metrics", &theirs).await.problem(), (422, Some("model_id")));
    let (configuration, ..) = api.configuration(&stranger, 1).await;
    for (attributes, field) in [
        (json!({"metrics": [{"id": metric}]}), "attributes.metrics[0].id"),
        (json!({"evaluation_model_id": model}), "attributes.evaluation_model_id"),
        (json!({"per_test_timeout": 241}), "attributes.per_test_timeout"),
    ] {
        api.change(format!(
            "update test_configuration set attributes = '{attributes}' where id = '{configuration}'"
        ))
        .await;
        let answer =
            stranger.post(&format!("/test_configurations/{configuration}/execute"), &json!({})).await;
        assert_eq!(answer.problem(), (422, Some(field)));
    }
}

/// A run of a client that has ended.
async fn ended(api: &Api, client: &Client) -> Uuid {
    let (configuration, ..) = api.configuration(client, 2).await;
    let answer = client.post(&format!("/test_configurations/{configuration}/execute"), &json!({})).await;
    let run: Uuid = serde_json::from_value(answer.body["test_run_id"].clone()).unwrap();
    let at = format!("/test_runs/{run}/rescore");
    assert_eq!(client.post(&at, &json!({})).await.problem(), (409, None), "it is Queued");
    api.change(format!(
        "insert into test_run_test (organization_id, test_run_id, test_id, position)
         select organization_id, '{run}', test_id, position from test_test_set where organization_id = '{}';
         update test_run set status = 'Partial', completed_at = now() where id = '{run}'",
        client.organization_id
    ))
    .await;
    run
}

#[tokio::test]
async fn a_rescore_is_a_run_of_its_own_and_a_key_makes_only_one() {
    let api = Api::new().await;
    let (client, stranger) = (api.client().await, api.client().await);
    let run = ended(&api, &client).await;
    let metric = id(&client.post("/metrics", &judge()).await);
    let at = format!("/test_runs/{run}/rescore");
    let body = json!({"metrics": [{"id": metric}]});
    let key = [("idempotency-key", "again")];
    let first = client.post_with(&at, &key, &body).await;
    assert_eq!(first.status, 202, "{first:?}");
    assert_eq!(first.body["rescore_of"], json!(run));
    assert_eq!(client.post_with(&at, &key, &body).await.body, first.body);
    let other = client.post_with(&at, &key, &json!({})).await;
    assert_eq!(other.problem(), (422, Some("Idempotency-Key")));
    let stored: (Option<Uuid>, Value, i32) =
        sql::query_as("select rescore_of, attributes, total from test_run where status = 'Queued'")
            .fetch_one(api.system.database.owner())
            .await
            .unwrap();
    assert_eq!(stored, (Some(run), body, 2));
    assert_eq!(stranger.post(&at, &json!({})).await.problem(), (404, None));
    for (body, field) in [
        (json!({"metrics": [{"id": Uuid::now_v7()}]}), "metrics[0].id"),
        (json!({"evaluation_model_id": "gpt"}), "evaluation_model_id"),
        (json!({"tests": []}), "tests"),
    ] {
        assert_eq!(client.post(&at, &body).await.problem(), (422, Some(field)));
    }
}
