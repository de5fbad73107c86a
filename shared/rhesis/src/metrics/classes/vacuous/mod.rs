//! Finds metrics that say nothing: ones that every answer passes, whatever it is.

mod numbers;

use super::{BadMetric, Metric};
use crate::metrics::threshold::same;
use crate::metrics::{Operator, ScoreType};
use crate::programs::{self, Matched, Takes};

/// Refuses a metric that every answer passes. What a test's expected answer says is not known here.
pub(in crate::metrics) fn refuse(metric: &Metric) -> Result<(), BadMetric> {
    let bad = |field: &str, detail: &str| Err(BadMetric::new(field, detail));
    let turned = metric.threshold_operator == Operator::Differs;
    let parameters = &metric.parameters;
    let matched = |pattern| programs::pattern(pattern).ok().map(|pattern| pattern.matched());
    let takes = |schema| programs::schema(schema).ok().map(|schema| schema.takes());
    match metric.class_name.as_str() {
        "contains" if parameters["text"].as_str().is_some_and(|text| text.trim().is_empty()) => {
            bad("parameters.text", "must hold more than white space: every answer would contain it")
        }
        "regex" => match parameters["pattern"].as_str().and_then(matched) {
            Some(Matched::All) => bad("parameters.pattern", ALL),
            Some(Matched::None) if turned => {
                bad("parameters.pattern", "matches no answer: with != every answer would pass")
            }
            _ => Ok(()),
        },
        "json_schema" => match takes(&parameters["schema"]) {
            Some(Takes::All) => bad(
                "parameters.schema",
                "describes every JSON there is: it must say what is not as it should be",
            ),
            Some(Takes::None) if turned => {
                bad("parameters.schema", "describes no JSON: with != every answer would pass")
            }
            _ => Ok(()),
        },
        "CategoricalJudge" if all_pass(metric) => {
            bad("passing_categories", "must leave one of the categories out: every answer would pass")
        }
        _ if metric.score_type == ScoreType::Numeric => numbers::refuse(metric),
        _ => Ok(()),
    }
}

/// What is said of a pattern that every answer matches.
pub(super) const ALL: &str = "matches every answer, also an empty one: say what must be there";

fn all_pass(metric: &Metric) -> bool {
    let passes = |category: &String| metric.passing_categories.iter().any(|passing| same(passing, category));
    !metric.categories.is_empty() && metric.categories.iter().all(passes)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn refused(class: &str, operator: Operator, parameters: Value) -> Option<String> {
        let metric = Metric { threshold_operator: operator, parameters, ..Metric::of_class(class) };
        refuse(&metric).err().map(|bad| bad.field)
    }

    #[test]
    fn a_text_that_is_in_every_answer_is_refused() {
        for text in ["", " ", "\n\t", "\u{3000}"] {
            let bad = refused("contains", Operator::Equal, json!({"text": text}));
            assert_eq!(bad.as_deref(), Some("parameters.text"), "{text:?}");
        }
        assert_eq!(refused("contains", Operator::Equal, json!({"text": "x"})), None);
        assert_eq!(refused("contains", Operator::Equal, json!({})), None, "the expected answer is taken");
        assert_eq!(
            refused("exact", Operator::Equal, json!({"text": ""})),
            None,
            "an answer may have to be empty"
        );
    }

    #[test]
    fn a_metric_turned_around_is_refused_if_nothing_meets_it() {
        let pattern = json!({"pattern": "[^\\s\\S]"});
        assert_eq!(refused("regex", Operator::Equal, pattern.clone()), None);
        assert!(refused("regex", Operator::Differs, pattern).is_some());
        assert_eq!(refused("regex", Operator::Differs, json!({"pattern": "sorry"})), None);
        assert!(refused("json_schema", Operator::Differs, json!({"schema": false})).is_some());
        assert_eq!(refused("json_schema", Operator::Equal, json!({"schema": false})), None);
    }

    #[test]
    fn a_judge_whose_every_category_passes_is_refused() {
        let of = |passing: &[&str]| Metric {
            score_type: ScoreType::Categorical,
            categories: vec!["good".to_owned(), "bad".to_owned()],
            passing_categories: passing.iter().map(|&text| text.to_owned()).collect(),
            ..Metric::of_class("CategoricalJudge")
        };
        assert_eq!(refuse(&of(&[" GOOD", "bad"])).unwrap_err().field, "passing_categories");
        assert_eq!(refuse(&of(&["good"])), Ok(()));
    }
}
