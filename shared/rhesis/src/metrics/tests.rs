use serde_json::{Value, json};

use super::*;
use crate::Verdict;
use crate::endpoints::Client;

/// What metrics that need no model say.
fn evaluate(metrics: &[Metric], output: Option<&str>, expected: Option<&str>) -> Evaluation {
    let metrics: Vec<Chosen> = metrics.iter().cloned().map(Chosen::from).collect();
    let material = Material { input: "?", output, expected, context: Vec::new() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(super::evaluate(&metrics, &material, &Client::builder().build().unwrap()))
}

fn metric(class_name: &str, parameters: Value) -> Metric {
    Metric { parameters, ..Metric::of_class(class_name) }
}

fn verdict(metrics: &[Metric], output: &str, expected: Option<&str>) -> Verdict {
    evaluate(metrics, Some(output), expected).verdict
}

#[test]
fn exact_ignores_only_white_space_around_the_texts() {
    let exact = [Metric::of_class("exact")];
    assert_eq!(verdict(&exact, " Paris\n", Some("Paris ")), Verdict::Pass);
    assert_eq!(verdict(&exact, "paris", Some("Paris")), Verdict::Fail);
    assert_eq!(verdict(&exact, "Pa ris", Some("Paris")), Verdict::Fail);
    assert_eq!(verdict(&exact, "باريس 🗼", Some("باريس 🗼")), Verdict::Pass);
}

#[test]
fn contains_looks_for_its_own_text_before_the_expected_answer() {
    let own = [metric("contains", json!({"text": "sorry"}))];
    assert_eq!(verdict(&own, "I am sorry.", None), Verdict::Pass);
    assert_eq!(verdict(&own, "Paris", Some("Paris")), Verdict::Fail);
    assert_eq!(verdict(&[Metric::of_class("contains")], "It is Paris.", Some(" Paris ")), Verdict::Pass);
}

#[test]
fn exact_compares_characters_and_not_how_they_look_or_where_lines_end() {
    let exact = [Metric::of_class("exact")];
    assert_eq!(verdict(&exact, "caf\u{e9}", Some("cafe\u{301}")), Verdict::Fail, "NFC is not NFD");
    assert_eq!(verdict(&exact, "a\r\nb", Some("a\nb")), Verdict::Fail, "CRLF is not LF");
    assert_eq!(verdict(&exact, "a\r\n", Some("a\n")), Verdict::Pass, "but for white space at the end");
    assert_eq!(verdict(&exact, "a\u{a0}b", Some("a b")), Verdict::Fail, "nor is a hard space a space");
}

#[test]
fn a_metric_of_before_that_every_answer_would_pass_passes_none() {
    for (class, parameters, field) in [
        ("contains", json!({"text": ""}), "parameters.text"),
        ("regex", json!({"pattern": "a?"}), "parameters.pattern"),
        ("json_schema", json!({"schema": {}}), "parameters.schema"),
    ] {
        let evaluation = evaluate(&[metric(class, parameters)], Some("{}"), None);
        assert_eq!(evaluation.verdict, Verdict::Error, "{class}");
        assert!(evaluation.reason.unwrap().contains(field), "{class}");
    }
    let evaluation = evaluate(&[Metric::of_class("regex")], Some("x"), Some(".*"));
    assert_eq!(evaluation.verdict, Verdict::Error, "an expected answer is a pattern, too");
}

#[test]
fn regex_matches_anywhere() {
    let regex = [metric("regex", json!({"pattern": r"(?i)\bparis\b"}))];
    assert_eq!(verdict(&regex, "It is PARIS.", None), Verdict::Pass);
    assert_eq!(verdict(&regex, "Parisian", None), Verdict::Fail);
}

#[test]
fn a_test_without_expected_answer_is_an_error_where_one_is_needed() {
    for (class, expected) in [("exact", None), ("contains", Some("")), ("regex", Some(" \n"))] {
        let evaluation = evaluate(&[Metric::of_class(class)], Some("Paris"), expected);
        assert_eq!(evaluation.verdict, Verdict::Error, "{class}");
        let reason = evaluation.reason.unwrap();
        assert_eq!(reason, format!("metric {class} could not be evaluated: the test has no expected answer"));
    }
}

#[test]
fn a_metric_that_cannot_be_evaluated_is_an_error_even_beside_one_that_is_not_met() {
    let metrics = [Metric::of_class("exact"), metric("regex", json!({"pattern": "("}))];
    let evaluation = evaluate(&metrics, Some("Rome"), Some("Paris"));
    assert_eq!(evaluation.verdict, Verdict::Error);
    assert!(evaluation.reason.unwrap().contains("regular expression: error: unclosed group"));
    assert_eq!(evaluation.metrics["metrics"]["regex"]["score"], Value::Null);
    assert_eq!(evaluation.metrics["metrics"]["exact"]["score"], 0.0);
}

#[test]
fn an_unknown_class_or_a_parameter_of_the_wrong_type_is_named() {
    let reason = |metric| evaluate(&[metric], Some("x"), Some("x")).reason.unwrap();
    assert!(reason(Metric::of_class("vibes")).contains("class_name is \"vibes\": must be one of exact"));
    assert!(
        reason(metric("contains", json!({"text": 3}))).contains("parameters.text is 3: must be a string")
    );
}

#[test]
fn every_metric_must_be_met_and_each_is_shown_with_its_reason() {
    let mut again = metric("contains", json!({"text": "Lyon"}));
    again.name = "exact".to_owned();
    let evaluation = evaluate(&[Metric::of_class("exact"), again], Some("Paris"), Some("Paris"));
    assert_eq!(evaluation.verdict, Verdict::Fail);
    assert_eq!(evaluation.reason.unwrap(), "metric exact (2): the answer does not contain the expected text");
    let shown = &evaluation.metrics["metrics"];
    assert_eq!(shown["exact"]["is_successful"], true);
    assert_eq!(shown["exact"]["threshold"], 1.0);
    assert_eq!(shown["exact (2)"]["is_successful"], false);
    assert_eq!(shown["exact (2)"]["class_name"], "contains");
}

#[test]
fn no_metric_or_no_output_is_an_error_that_says_so() {
    let evaluation = evaluate(&[], Some("x"), Some("x"));
    assert_eq!(
        (evaluation.verdict, evaluation.reason.as_deref()),
        (
            Verdict::Error,
            Some(
                "the test has no metrics: neither its configuration, nor its test set, nor its behavior names one"
            )
        )
    );
    let evaluation = evaluate(&[Metric::of_class("exact")], None, Some("x"));
    assert_eq!(evaluation.verdict, Verdict::Error);
    assert!(evaluation.reason.unwrap().contains("holds no output"));
}

#[test]
fn a_binary_metric_can_be_turned_around() {
    let never =
        Metric { threshold_operator: Operator::Differs, ..metric("contains", json!({"text": "sorry"})) };
    let evaluation = evaluate(std::slice::from_ref(&never), Some("I am sorry"), None);
    assert_eq!(evaluation.verdict, Verdict::Fail);
    assert_eq!(evaluation.reason.unwrap(), "metric contains: the answer contains the expected text");
    assert_eq!(verdict(&[never], "Paris", None), Verdict::Pass);
}

#[test]
fn an_answer_is_held_against_a_json_schema() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]});
    let metrics = [metric("json_schema", json!({"schema": schema}))];
    let reason = |output: &str| evaluate(&metrics, Some(output), None).reason;
    assert_eq!(reason(" {\"n\": 3}\n"), None);
    assert_eq!(reason("{\"n\": ").unwrap(), "metric json_schema: the answer is not JSON at line 1, column 5");
    let wrong = reason("{\"n\": \"secret\"}").unwrap();
    assert!(
        wrong.starts_with("metric json_schema: the answer is not as the schema says at \"/n\""),
        "{wrong}"
    );
    assert!(!wrong.contains("secret"), "{wrong}");
}

#[test]
fn similarity_is_a_number_that_a_threshold_decides_on() {
    let similar = Metric {
        score_type: ScoreType::Numeric,
        threshold: Some(0.8),
        threshold_operator: Operator::AtLeast,
        ..Metric::of_class("similarity")
    };
    let evaluation =
        evaluate(std::slice::from_ref(&similar), Some(" Grüße aus Paris\n"), Some("Grüsse aus Paris"));
    assert_eq!(evaluation.verdict, Verdict::Pass);
    let shown = &evaluation.metrics["metrics"]["similarity"];
    assert_eq!((shown["score"].as_f64(), shown["threshold"].as_f64()), (Some(0.875), Some(0.8)));
    assert_eq!(verdict(std::slice::from_ref(&similar), "Rome", Some("Paris")), Verdict::Fail);
    let long = "x".repeat(100_000);
    let evaluation = evaluate(&[similar], Some(&long), Some("x"));
    assert!(evaluation.reason.unwrap().contains("the answer is longer than 5000 characters"));
}

#[test]
fn a_metric_that_needs_ground_truth_is_skipped_without_and_says_so() {
    let needs = Metric { ground_truth_required: true, ..Metric::of_class("exact") };
    let own = metric("contains", json!({"text": "Paris"}));
    let evaluation = evaluate(&[needs.clone(), own], Some("Paris"), None);
    assert_eq!(evaluation.verdict, Verdict::Pass);
    let shown = &evaluation.metrics["metrics"]["exact"];
    assert_eq!((&shown["skipped"], &shown["is_successful"]), (&json!(true), &Value::Null));
    assert_eq!(shown["reason"], "skipped: the test has no expected answer");
    assert_eq!(verdict(std::slice::from_ref(&needs), "Paris", Some("Paris")), Verdict::Pass);
    let evaluation = evaluate(&[needs], Some("Paris"), Some(" "));
    assert_eq!(evaluation.verdict, Verdict::Error);
    assert_eq!(evaluation.reason.unwrap(), "metric exact was skipped: the test has no expected answer");
}

#[test]
fn a_metric_that_needs_context_is_an_error_without() {
    let needs = Metric { context_required: true, ..Metric::of_class("exact") };
    let reason = evaluate(&[needs], Some("x"), Some("x")).reason.unwrap();
    assert!(
        reason.starts_with("metric exact could not be evaluated: the endpoint's answer holds no context"),
        "{reason}"
    );
}

#[test]
fn a_metric_is_read_with_the_defaults_of_its_class() {
    let read = |given: Value| Metric::read(&given).unwrap();
    let judge = read(
        json!({"name": "polite", "class_name": "NumericJudge", "evaluation_prompt": "p", "threshold": 0.5}),
    );
    assert_eq!((judge.score_type, judge.threshold_operator), (ScoreType::Numeric, Operator::AtLeast));
    assert_eq!((judge.min_score, judge.max_score), (Some(0.0), Some(1.0)));
    let judge = read(json!({"name": "tone", "class_name": "CategoricalJudge", "evaluation_prompt": "p",
        "categories": ["a", "b"], "passing_categories": ["A "]}));
    assert_eq!((judge.score_type, judge.threshold_operator), (ScoreType::Categorical, Operator::Equal));
    let plain = read(json!({"name": "same", "class_name": "exact"}));
    assert_eq!((plain.score_type, plain.metric_scope), (ScoreType::Binary, vec!["Single-Turn".to_owned()]));
}

#[test]
fn a_metric_that_makes_no_sense_is_refused_by_the_name_of_its_field() {
    let numeric = json!({"class_name": "NumericJudge", "evaluation_prompt": "p", "threshold": 0.5});
    let categorical = json!({"class_name": "CategoricalJudge", "evaluation_prompt": "p", "categories": ["a", "b"],
        "passing_categories": ["a"]});
    let plain = json!({"class_name": "exact"});
    let external = json!({"$ref": "https://schemas.test/other.json"});
    for (base, change, field) in [
        (&plain, json!({"name": " "}), "name"),
        (&plain, json!({"name": null}), "name"),
        (&plain, json!({"class_name": "vibes"}), "class_name"),
        (&plain, json!({"surprise": 1}), "surprise"),
        (&plain, json!({"threshold": 1}), "threshold"),
        (&plain, json!({"threshold_operator": ">="}), "threshold_operator"),
        (&plain, json!({"score_type": "numeric"}), "score_type"),
        (&plain, json!({"model_id": uuid::Uuid::nil()}), "model_id"),
        (&plain, json!({"categories": ["a", "b"]}), "categories"),
        (&plain, json!({"metric_scope": []}), "metric_scope"),
        (&plain, json!({"metric_scope": ["Twice"]}), "metric_scope"),
        (&plain, json!({"parameters": []}), "parameters"),
        (&plain, json!({"parameters": {"pattern": "x"}}), "parameters.pattern"),
        (&plain, json!({"parameters": {"text": 3}}), "parameters.text"),
        (&plain, json!({"class_name": "regex", "parameters": {"pattern": "("}}), "parameters.pattern"),
        (&plain, json!({"class_name": "json_schema"}), "parameters.schema"),
        (
            &plain,
            json!({"class_name": "json_schema", "parameters": {"schema": {"type": 3}}}),
            "parameters.schema",
        ),
        (
            &plain,
            json!({"class_name": "json_schema", "parameters": {"schema": external}}),
            "parameters.schema",
        ),
        (&plain, json!({"class_name": "similarity"}), "threshold"),
        (&plain, json!({"class_name": "similarity", "threshold": 1.1}), "threshold"),
        (&plain, json!({"class_name": "similarity", "threshold": 0.1, "min_score": 0}), "min_score"),
        (&numeric, json!({"threshold": null}), "threshold"),
        (&numeric, json!({"threshold": "0.5"}), "threshold"),
        (&numeric, json!({"threshold": 2}), "threshold"),
        (&numeric, json!({"threshold_operator": "=>"}), "threshold_operator"),
        (&numeric, json!({"min_score": 1}), "max_score"),
        (&numeric, json!({"evaluation_prompt": " "}), "evaluation_prompt"),
        (&numeric, json!({"score_type": "binary"}), "score_type"),
        (&categorical, json!({"categories": ["a"]}), "categories"),
        (&categorical, json!({"categories": ["a", "A "]}), "categories"),
        (&categorical, json!({"categories": ["a", ""]}), "categories"),
        (&categorical, json!({"categories": ["a", "b", "c"], "score_type": "binary"}), "categories"),
        (&categorical, json!({"passing_categories": []}), "passing_categories"),
        (&categorical, json!({"passing_categories": ["c"]}), "passing_categories"),
        (&categorical, json!({"threshold_operator": "<"}), "threshold_operator"),
    ] {
        let mut given = base.clone();
        given["name"] = json!("m");
        given.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let bad = Metric::read(&given).unwrap_err();
        assert_eq!(bad.field, field, "{given}: {bad}");
    }
}
