use serde_json::Value;

use crate::answer::problem::Problem;

/// A number of seconds, whole or not.
pub(crate) fn seconds(name: &str, value: Value) -> Result<f64, Problem> {
    value.as_f64().ok_or_else(|| Problem::invalid(name, "must be a number of seconds"))
}

/// The whole number that a value is, however it is written: to JSON Schema, and to who writes JSON from numbers of one type, `1.0`
/// is one.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    // The greatest number up to which every whole one can be written so.
    const MOST: f64 = 9_007_199_254_740_992.0;
    let written_so = |number: &f64| number.fract() == 0.0 && number.abs() <= MOST;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and not too large")]
    value.as_i64().or_else(|| value.as_f64().filter(written_so).map(|number| number as i64))
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
