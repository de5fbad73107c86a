use serde_json::Value;

use super::{Class, pattern, schema, vacuous};
use crate::metrics::threshold::same;
use crate::metrics::{BadMetric, Metric, ScoreType};

/// What tests there are: ones of a single question, and conversations, which this system does not run.
const SCOPES: [&str; 2] = ["Single-Turn", "Multi-Turn"];

impl Class {
    /// Whether a metric of this class can judge.
    pub(in crate::metrics) fn check(&self, metric: &Metric) -> Result<(), BadMetric> {
        let bad = |field: &str, detail: &str| Err(BadMetric::new(field, detail));
        if metric.name.trim().is_empty() {
            return bad("name", "must not be empty");
        }
        if !self.score_types.contains(&metric.score_type) {
            let words: Vec<&str> = self.score_types.iter().map(|known| known.as_str()).collect();
            return bad("score_type", &format!("must be {} for class {}", words.join(" or "), self.name));
        }
        if !metric.score_type.allows(metric.threshold_operator) {
            return bad("threshold_operator", "must be = or != where the score is no number");
        }
        if metric.metric_scope.is_empty() || metric.metric_scope.iter().any(|s| !SCOPES.contains(&s.as_str()))
        {
            return bad("metric_scope", &format!("must be a list of {}", SCOPES.join(", ")));
        }
        self.check_parameters(&metric.parameters)?;
        if self.asks_model {
            if metric.evaluation_prompt.as_deref().is_none_or(|text| text.trim().is_empty()) {
                return bad("evaluation_prompt", "is missing: the model must know what to look at");
            }
        } else if metric.model_id.is_some() {
            return bad("model_id", "is for the classes NumericJudge and CategoricalJudge");
        }
        numbers(metric, self.asks_model)?;
        categories(metric)?;
        vacuous::refuse(metric)
    }

    fn check_parameters(&self, parameters: &Value) -> Result<(), BadMetric> {
        let Value::Object(fields) = parameters else {
            return Err(BadMetric::new("parameters", "must be an object"));
        };
        for (name, value) in fields {
            let at = || format!("parameters.{name}");
            if !self.parameters.contains(&name.as_str()) {
                let known = if self.parameters.is_empty() { "none" } else { &self.parameters.join(", ") };
                return Err(BadMetric::new(at(), format!("is unknown; for this class there is {known}")));
            }
            match (name.as_str(), value) {
                ("schema", schema) => schema::check(schema),
                ("pattern", Value::String(pattern)) => pattern::check(pattern),
                (_, Value::String(_) | Value::Null) => Ok(()),
                _ => Err("must be a string".to_owned()),
            }
            .map_err(|detail| BadMetric::new(at(), detail))?;
        }
        if self.name == "json_schema" && !fields.contains_key("schema") {
            return Err(BadMetric::new("parameters.schema", "is missing: must be a JSON Schema"));
        }
        Ok(())
    }
}

fn numbers(metric: &Metric, asks_model: bool) -> Result<(), BadMetric> {
    let bad = |field: &str, detail: &str| Err(BadMetric::new(field, detail));
    if metric.score_type != ScoreType::Numeric {
        for (field, given) in [
            ("min_score", metric.min_score),
            ("max_score", metric.max_score),
            ("threshold", metric.threshold),
        ] {
            if given.is_some() {
                return bad(field, "is for numeric scores");
            }
        }
        return Ok(());
    }
    let (least, most) = if asks_model {
        (metric.min_score.unwrap_or(0.0), metric.max_score.unwrap_or(1.0))
    } else if metric.min_score.or(metric.max_score).is_some() {
        return bad("min_score", "is for class NumericJudge: a similarity is a number from 0 to 1");
    } else {
        (0.0, 1.0)
    };
    if least >= most {
        return bad("max_score", &format!("must be greater than min_score, which is {least}"));
    }
    match metric.threshold {
        None => bad("threshold", "is missing: a numeric metric needs the number that decides"),
        Some(threshold) if (least..=most).contains(&threshold) => Ok(()),
        Some(_) => bad("threshold", &format!("must be a number from {least} to {most}")),
    }
}

fn categories(metric: &Metric) -> Result<(), BadMetric> {
    let bad = |field: &str, detail: &str| Err(BadMetric::new(field, detail));
    let Metric { categories, passing_categories, .. } = metric;
    if metric.class_name != "CategoricalJudge" {
        if !categories.is_empty() {
            return bad("categories", "is for class CategoricalJudge");
        }
        if !passing_categories.is_empty() {
            return bad("passing_categories", "is for class CategoricalJudge");
        }
        return Ok(());
    }
    if categories.iter().any(|category| category.trim().is_empty()) {
        return bad("categories", "must hold no empty text");
    }
    let twice = |(i, one): (usize, &String)| categories[..i].iter().any(|other| same(one, other));
    if categories.iter().enumerate().any(twice) {
        return bad("categories", "must differ in more than case and white space");
    }
    match (metric.score_type, categories.len()) {
        (ScoreType::Binary, 2) | (ScoreType::Categorical, 2..=100) => {}
        (ScoreType::Binary, _) => return bad("categories", "must be 2 texts for a binary score"),
        _ => return bad("categories", "must be 2 to 100 texts to choose from"),
    }
    if passing_categories.is_empty() {
        return bad("passing_categories", "is missing: one of the categories at least must pass");
    }
    if passing_categories.iter().any(|passing| !categories.iter().any(|category| same(passing, category))) {
        return bad("passing_categories", "must be some of the categories");
    }
    Ok(())
}
