use rhesis::integer;
use serde_json::Value;

use crate::answer::problem::Problem;

/// A number of seconds, whole or not.
pub(crate) fn seconds(name: &str, value: Value) -> Result<f64, Problem> {
    value.as_f64().ok_or_else(|| Problem::invalid(name, "must be a number of seconds"))
}

/// A whole number that Postgres can look at.
pub(super) fn whole(name: &str, value: Value) -> Result<i32, Problem> {
    integer(&value)
        .and_then(|number| i32::try_from(number).ok())
        .ok_or_else(|| Problem::invalid(name, "must be a whole number"))
}

/// A number of tasks a second.
pub(crate) fn rate(name: &str, value: Value) -> Result<f64, Problem> {
    value
        .as_f64()
        .filter(|rate| (0.01..=1000.0).contains(rate))
        .ok_or_else(|| Problem::invalid(name, "must be a number of tasks per second from 0.01 to 1000"))
}
