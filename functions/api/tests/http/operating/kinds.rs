use serde_json::{Value, json};

use crate::world::Api;

#[tokio::test]
async fn every_kind_tells_what_it_takes_and_answers_and_its_policy() {
    let api = Api::new().await;
    let client = api.client().await;
    let kinds = client.get("/kinds").await;
    assert_eq!(kinds.status, 200);
    assert_eq!(kinds.body.as_array().unwrap().len(), catalog::TASKS.len());

    let kind = client.get("/kinds/execute_test_configuration").await.body;
    assert!(kinds.body.as_array().unwrap().contains(&kind));
    assert_eq!(kind["argument_names"], json!(["test_configuration_id"]));
    assert_eq!(kind["startable"], json!(true));
    assert!(
        kind["description"].as_str().unwrap().starts_with("Runs every test of a configuration"),
        "{kind}"
    );
    let arguments = &kind["arguments"];
    assert_eq!(arguments["properties"]["test_configuration_id"]["format"], "uuid");
    assert_eq!(arguments["additionalProperties"], json!(false));
    assert_eq!(arguments["required"], json!(["test_configuration_id"]));
    assert_eq!(kind["output"]["properties"]["passed"]["type"], "integer");
    assert_eq!(
        kind["policy"],
        json!({ "max_retries": 3, "backoff": { "factor": 1.0, "cap": 600.0 }, "time_limit": 60, "retention": 2_592_000 })
    );
    assert_eq!(client.get("/kinds/execute_test").await.body["startable"], json!(false));
    assert_eq!(client.get("/kinds/nothing").await.problem(), (404, None));
}

#[tokio::test]
async fn what_a_kinds_schema_refuses_its_door_refuses_too() {
    let api = Api::new().await;
    let client = api.client().await;
    let schema = client.get("/kinds/execute_test_configuration").await.body["arguments"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let id = "01976ad0-0000-7000-8000-000000000000";
    let args: [Value; 5] = [
        json!({ "test_configuration_id": id }),
        json!({}),
        json!({ "test_configuration_id": 7 }),
        json!({ "test_configuration_id": id, "more": 1 }),
        json!([]),
    ];
    for args in args {
        let answer = client.post("/tasks/execute_test_configuration", &json!({ "args": args })).await;
        assert_eq!(answer.status == 202, validator.is_valid(&args), "{args}: {answer:?}");
    }
}
