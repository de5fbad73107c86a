//! Whether a score is what a metric wants.

use super::score::Found;
use super::{Metric, Operator, ScoreType};

/// Numbers that differ by less are equal: a model's 0.3 is not always the 0.3 of a threshold.
const NEARLY: f64 = 1e-9;

/// Whether the metric is met; an error if it does not say when, which is refused where metrics are made.
pub(super) fn is_met(metric: &Metric, found: &Found) -> Result<bool, String> {
    let operator = metric.threshold_operator;
    if !metric.score_type.allows(operator) {
        return Err(format!(
            "threshold_operator is {}: must be = or != for a {} score",
            operator.as_str(),
            metric.score_type.as_str()
        ));
    }
    let met = match found {
        Found::Number(number) if metric.score_type == ScoreType::Numeric => {
            let threshold = metric.threshold.ok_or("threshold is missing: a numeric metric needs one")?;
            return Ok(compare(*number, operator, threshold));
        }
        Found::Number(number) => *number >= 1.0,
        Found::Category(category) => {
            if metric.passing_categories.is_empty() {
                return Err("passing_categories is empty: a categorical metric needs one at least".to_owned());
            }
            metric.passing_categories.iter().any(|passing| same(passing, category))
        }
    };
    Ok(met == (operator == Operator::Equal))
}

/// Whether two categories are one: case and white space around them do not matter.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Whether two numbers count as equal.
pub(super) fn is_nearly(one: f64, other: f64) -> bool {
    (one - other).abs() <= NEARLY
}

fn compare(number: f64, operator: Operator, threshold: f64) -> bool {
    let equal = is_nearly(number, threshold);
    match operator {
        Operator::Equal => equal,
        Operator::Differs => !equal,
        Operator::Less => number < threshold && !equal,
        Operator::Greater => number > threshold && !equal,
        Operator::AtMost => number < threshold || equal,
        Operator::AtLeast => number > threshold || equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(score_type: ScoreType, operator: Operator, found: Found) -> Result<bool, String> {
        let metric = Metric {
            score_type,
            threshold_operator: operator,
            threshold: Some(0.3),
            passing_categories: vec![" Polite".to_owned(), "neutral".to_owned()],
            ..Metric::of_class("NumericJudge")
        };
        is_met(&metric, &found)
    }

    #[test]
    fn a_number_is_compared_by_each_operator() {
        for (operator, below, at, above) in [
            (Operator::Equal, false, true, false),
            (Operator::Differs, true, false, true),
            (Operator::Less, true, false, false),
            (Operator::Greater, false, false, true),
            (Operator::AtMost, true, true, false),
            (Operator::AtLeast, false, true, true),
        ] {
            for (number, expected) in [(0.29, below), (0.1 + 0.2, at), (0.31, above)] {
                let found = met(ScoreType::Numeric, operator, Found::Number(number));
                assert_eq!(found, Ok(expected), "{number} {}", operator.as_str());
            }
        }
    }

    #[test]
    fn a_category_passes_whatever_its_case_and_the_space_around_it() {
        for (category, passes) in [("polite", true), ("NEUTRAL ", true), ("rude", false), ("pol ite", false)]
        {
            let found = || Found::Category(category.to_owned());
            for score_type in [ScoreType::Categorical, ScoreType::Binary] {
                assert_eq!(met(score_type, Operator::Equal, found()), Ok(passes), "{category}");
                assert_eq!(met(score_type, Operator::Differs, found()), Ok(!passes), "{category}");
            }
        }
    }

    #[test]
    fn met_or_not_met_can_be_turned_around() {
        for number in [0.0, 1.0] {
            let found = |operator| met(ScoreType::Binary, operator, Found::Number(number)).unwrap();
            assert_eq!((found(Operator::Equal), found(Operator::Differs)), (number == 1.0, number == 0.0));
        }
    }

    #[test]
    fn a_metric_that_does_not_say_when_it_is_met_is_an_error() {
        let metric =
            Metric { threshold: None, score_type: ScoreType::Numeric, ..Metric::of_class("similarity") };
        let problem = is_met(&metric, &Found::Number(1.0)).unwrap_err();
        assert!(problem.starts_with("threshold is missing"), "{problem}");
        let metric = Metric { score_type: ScoreType::Categorical, ..Metric::of_class("CategoricalJudge") };
        let problem = is_met(&metric, &Found::Category("x".to_owned())).unwrap_err();
        assert!(problem.starts_with("passing_categories is empty"), "{problem}");
        let problem = met(ScoreType::Categorical, Operator::AtLeast, Found::Category("x".to_owned()));
        assert!(problem.unwrap_err().contains("must be = or !="));
    }
}
