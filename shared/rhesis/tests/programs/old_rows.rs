//! Rows that were written before there was a limit: they are there, and run into it, and nobody else does.

use rhesis::Verdict;
use rhesis::endpoints::{CallErrorKind, Client, Endpoint};
use rhesis::metrics::{Chosen, Material, Metric, evaluate};
use serde_json::{Value, json};

async fn call(change: impl FnOnce(&mut Endpoint)) -> (CallErrorKind, String) {
    let mut endpoint = Endpoint::input_output("https://ai.invalid/chat");
    change(&mut endpoint);
    let client = Client::builder().build().unwrap();
    let error = client.call(&endpoint, "a prompt").await.unwrap_err();
    (error.kind, error.reason)
}

#[tokio::test]
async fn an_endpoint_of_before_is_an_error_that_names_the_limit() {
    let chain = json!({"q": format!("{{{{ input{} }}}}", ".a".repeat(4_000))});
    let leaves = json!(vec!["{% for i in range(500) %}{{ i }}{% endfor %}"; 150]);
    let spelled = json!(format!("[{}1{}]", "[".repeat(100), "]".repeat(100)));
    for (template, limit) in
        [(chain, "TAG_TOKENS"), (leaves, "TEMPLATE_STEPS"), (spelled, "TEMPLATE_NESTING")]
    {
        let (kind, reason) = call(|endpoint| endpoint.template = template).await;
        assert_eq!(kind, CallErrorKind::InvalidEndpoint);
        assert!(reason.contains("endpoint.request_body_template") && reason.contains(limit), "{reason}");
    }
    let (_, reason) = call(|endpoint| endpoint.mappings["output"] = json!("$[?@[?@[?@.a]]]")).await;
    assert!(
        reason.contains("endpoint.response_mappings.output") && reason.contains("PATH_FILTERS"),
        "{reason}"
    );
    let (_, reason) = call(|endpoint| {
        endpoint.query = (0..300)
            .map(|i| (i.to_string(), json!("{% for i in range(500) %}{{ i }}{% endfor %}")))
            .collect();
    })
    .await;
    assert!(reason.contains("endpoint.query_params") && reason.contains("TEMPLATE_"), "{reason}");
}

#[tokio::test]
async fn a_metric_of_before_is_an_error_that_names_the_limit() {
    let judged = async |class: &str, parameters: Value, output: &str, expected: Option<&str>| {
        let metrics = [Chosen::from(Metric { parameters, ..Metric::of_class(class) })];
        let material = Material { input: "", output: Some(output), expected, context: Vec::new() };
        let evaluation = evaluate(&metrics, &material, &Client::builder().build().unwrap()).await;
        assert_eq!(evaluation.verdict, Verdict::Error);
        evaluation.reason.unwrap()
    };
    let large = json!({"pattern": "(a{1000}){1000}"});
    assert!(judged("regex", large, "a", None).await.contains("PATTERN_SIZE"));
    assert!(judged("regex", json!({}), "a", Some("(b{1000}){1000}")).await.contains("PATTERN_SIZE"));
    let twice = json!({"$defs": {"a": {"anyOf": [{"items": {"$ref": "#/$defs/a"}}, {"items": {"$ref": "#/$defs/a"}}]}}, "$ref": "#/$defs/a"});
    assert!(judged("json_schema", json!({"schema": twice}), "[[1]]", None).await.contains("SCHEMA_PATHS"));
}

#[tokio::test]
async fn a_program_that_breaks_off_takes_nobody_along() {
    let broken = rhesis::programs::apart(|| -> u8 { panic!("as a library may") }).await;
    assert!(broken.is_err());
    assert_eq!(rhesis::programs::apart(|| 1).await, Ok(1));
}
