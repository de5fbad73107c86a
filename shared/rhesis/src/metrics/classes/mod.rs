//! The classes of metrics: what each needs, and the ones that need no model.

mod check;
mod contains;
mod exact;
mod pattern;
mod schema;
mod similarity;
mod vacuous;

use super::score::Score;
use super::{BadMetric, Metric, ScoreType};
use crate::programs::Size;

pub(super) use vacuous::refuse as refuse_vacuous;

/// The classes of metrics that there are: the values of `class_name`.
pub const CLASSES: [&str; 7] =
    ["exact", "contains", "regex", "json_schema", "similarity", "NumericJudge", "CategoricalJudge"];

/// What a class needs.
pub(super) struct Class {
    name: &'static str,
    /// What its score may be; the first is the default.
    pub(super) score_types: &'static [ScoreType],
    /// Whether a model judges.
    pub(super) asks_model: bool,
    /// Its parameters.
    parameters: &'static [&'static str],
}

const fn plain(name: &'static str, parameters: &'static [&'static str]) -> Class {
    Class { name, score_types: &[ScoreType::Binary], asks_model: false, parameters }
}

static KNOWN: [Class; 7] = [
    plain("exact", &["text"]),
    plain("contains", &["text"]),
    plain("regex", &["pattern"]),
    plain("json_schema", &["schema"]),
    Class { score_types: &[ScoreType::Numeric], ..plain("similarity", &["text"]) },
    Class { name: "NumericJudge", score_types: &[ScoreType::Numeric], asks_model: true, parameters: &[] },
    Class {
        name: "CategoricalJudge",
        score_types: &[ScoreType::Categorical, ScoreType::Binary],
        asks_model: true,
        parameters: &[],
    },
];

impl Metric {
    /// Whether a language model judges.
    pub fn asks_a_model(&self) -> bool {
        find(&self.class_name).is_ok_and(|class| class.asks_model)
    }
}

pub(super) fn find(name: &str) -> Result<&'static Class, BadMetric> {
    KNOWN.iter().find(|class| class.name == name).ok_or_else(|| {
        BadMetric::new("class_name", format!("is {name:?}: must be one of {}", CLASSES.join(", ")))
    })
}

/// Reads what a metric has of programs: until then, nothing else may look into them.
pub(super) fn read_programs(metric: &Metric) -> Result<(), String> {
    match (metric.class_name.as_str(), &metric.parameters["pattern"]) {
        ("regex", serde_json::Value::String(pattern)) => pattern::check(pattern),
        ("json_schema", _) => {
            schema::check(&metric.parameters["schema"]).map_err(|why| format!("parameters.schema {why}"))
        }
        _ => Ok(()),
    }
}

/// The score of a class that needs no model.
pub(super) fn score(metric: &Metric, output: &str, expected: Option<&str>) -> Result<Score, String> {
    match metric.class_name.as_str() {
        "exact" => exact::score(metric, output, expected),
        "contains" => contains::score(metric, output, expected),
        "regex" => pattern::score(metric, output, expected),
        "json_schema" => schema::score(metric, output),
        "similarity" => similarity::score(metric, output, expected),
        other => Err(format!("class_name is {other:?}: must be one of {}", CLASSES.join(", "))),
    }
}

/// What a metric takes in memory beside the answer, in bytes, where that is much.
pub(super) fn memory(metric: &Metric, output: &str) -> u64 {
    match metric.class_name.as_str() {
        "json_schema" => Size::of(output).weight,
        // Characters of both texts, and where they match.
        "similarity" => output.len() as u64 * 16,
        _ => 0,
    }
}

/// The text a metric compares with: its own parameter, else the test's expected answer.
///
/// An expected answer of nothing but white space is none: every answer would contain it.
fn wanted<'a>(metric: &'a Metric, parameter: &str, expected: Option<&'a str>) -> Result<&'a str, String> {
    match &metric.parameters[parameter] {
        serde_json::Value::Null => {}
        serde_json::Value::String(text) => return Ok(text),
        other => return Err(format!("parameters.{parameter} is {other}: must be a string")),
    }
    (expected.map(str::trim).filter(|text| !text.is_empty()))
        .ok_or_else(|| "the test has no expected answer".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_listed() {
        assert_eq!(KNOWN.each_ref().map(|class| class.name), CLASSES);
    }
}
