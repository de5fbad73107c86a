//! Metrics: how an answer is judged.
//!
//! A metric that cannot be evaluated makes the verdict an Error with its reason, never a Fail.

mod contains;
mod evaluate;
mod exact;
mod pattern;
mod stored;
#[cfg(test)]
mod tests;

pub use evaluate::{Evaluation, evaluate};
pub use stored::{Metric, assign, create};

/// The classes of metrics that there are: the values of `class_name`.
pub const CLASSES: [&str; 3] = ["exact", "contains", "regex"];

/// What one metric says of one answer.
#[derive(Debug, Clone, PartialEq)]
struct Score {
    /// From 0 to 1.
    score: f64,
    /// Why, in a sentence.
    reason: String,
}

impl Score {
    fn all_or_nothing(met: bool, when_met: &str, when_not: &str) -> Self {
        let reason = if met { when_met } else { when_not };
        Self { score: f64::from(u8::from(met)), reason: reason.to_owned() }
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
