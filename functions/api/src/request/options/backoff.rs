use serde_json::Value;

use super::BackoffOption;
use super::number::seconds;
use crate::answer::problem::Problem;
use crate::request::body::Object;

/// How long a task waits before its retries, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Backoff {
    /// The longest wait before the first retry.
    pub(super) factor: Option<f64>,
    /// The longest wait before any retry.
    pub(super) cap: Option<f64>,
}

/// `{"factor": 1, "cap": 600}`, both optional.
pub(super) fn backoff(name: &str, value: Value) -> Result<Backoff, Problem> {
    let Value::Object(fields) = value else {
        return Err(Problem::invalid(name, "must be an object with factor and cap, in seconds"));
    };
    let mut fields = Object(fields);
    let read = |fields: &mut Object| {
        fields.only(BackoffOption::FIELDS)?;
        Ok(Backoff { factor: fields.read("factor", seconds)?, cap: fields.read("cap", seconds)? })
    };
    read(&mut fields).map_err(|problem: Problem| problem.below(name))
}
