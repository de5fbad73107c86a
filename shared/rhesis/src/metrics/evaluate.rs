use std::time::Instant;

use serde_json::{Map, Value, json};

use super::{CLASSES, Metric, Score, contains, exact, pattern};
use crate::Verdict;

/// The least score that meets a metric whose score is all or nothing.
const THRESHOLD: f64 = 1.0;

/// What all metrics together say of one answer.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// Pass if every metric is met, Error if one could not be evaluated or there is none, else Fail.
    pub verdict: Verdict,
    /// The metrics that decided it and why; `None` for a Pass.
    pub reason: Option<String>,
    /// `{"execution_time": ms, "metrics": {name: {score, reason, is_successful, …}}}`.
    pub metrics: Value,
}

/// Judges an answer by every metric.
pub fn evaluate(metrics: &[Metric], output: Option<&str>, expected: Option<&str>) -> Evaluation {
    let Some(output) = output else {
        return undecided("the endpoint's response holds no output: see its response mapping");
    };
    if metrics.is_empty() {
        return undecided("the test set has no metrics");
    }
    let began = Instant::now();
    let (mut errors, mut unmet, mut shown) = (Vec::new(), Vec::new(), Map::new());
    for metric in metrics {
        let name = free_name(&shown, &metric.name);
        let result = score(metric, output, expected);
        match &result {
            Err(error) => errors.push(format!("metric {name} could not be evaluated: {error}")),
            Ok(score) if score.score < THRESHOLD => unmet.push(format!("metric {name}: {}", score.reason)),
            Ok(_) => {}
        }
        shown.insert(name, detail(metric, &result));
    }
    let (verdict, reasons) = match (errors.is_empty(), unmet.is_empty()) {
        (false, _) => (Verdict::Error, errors),
        (true, false) => (Verdict::Fail, unmet),
        (true, true) => (Verdict::Pass, Vec::new()),
    };
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Evaluation {
        verdict,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        metrics: json!({"execution_time": milliseconds, "metrics": shown}),
    }
}

fn score(metric: &Metric, output: &str, expected: Option<&str>) -> Result<Score, String> {
    match metric.class_name.as_str() {
        "exact" => exact::score(metric, output, expected),
        "contains" => contains::score(metric, output, expected),
        "regex" => pattern::score(metric, output, expected),
        other => Err(format!("class_name is {other:?}: must be one of {}", CLASSES.join(", "))),
    }
}

fn detail(metric: &Metric, result: &Result<Score, String>) -> Value {
    let mut detail = json!({
        "name": metric.name,
        "class_name": metric.class_name,
        "backend": "rhesis",
        "description": metric.description,
        "threshold": THRESHOLD,
    });
    match result {
        Ok(score) => {
            detail["score"] = score.score.into();
            detail["reason"] = score.reason.clone().into();
            detail["is_successful"] = (score.score >= THRESHOLD).into();
        }
        // Not a score of 0, which would look like a bad answer.
        Err(error) => {
            detail["score"] = Value::Null;
            detail["reason"] = error.clone().into();
            detail["is_successful"] = Value::Null;
            detail["error"] = error.clone().into();
        }
    }
    detail
}

/// Two metrics may have one name; both are shown.
fn free_name(taken: &Map<String, Value>, name: &str) -> String {
    (1_u32..)
        .map(|n| if n == 1 { name.to_owned() } else { format!("{name} ({n})") })
        .find(|name| !taken.contains_key(name))
        .unwrap_or_default()
}

fn undecided(reason: &str) -> Evaluation {
    Evaluation { verdict: Verdict::Error, reason: Some(reason.to_owned()), metrics: json!({}) }
}
