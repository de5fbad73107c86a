use serde_json::{Value, json};

use super::*;
use crate::Verdict;

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
        (Verdict::Error, Some("the test set has no metrics"))
    );
    let evaluation = evaluate(&[Metric::of_class("exact")], None, Some("x"));
    assert_eq!(evaluation.verdict, Verdict::Error);
    assert!(evaluation.reason.unwrap().contains("holds no output"));
}
