use serde_json::Value;

/// The whole number that a value is, however it is written: to JSON Schema, and to who writes JSON from numbers of one type, `1.0`
/// is one.
#[must_use]
pub fn integer(value: &Value) -> Option<i64> {
    // The greatest number up to which every whole one can be written so.
    const MOST: f64 = 9_007_199_254_740_992.0;
    let written_so = |number: &f64| number.fract() == 0.0 && number.abs() <= MOST;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and not too large")]
    value.as_i64().or_else(|| value.as_f64().filter(written_so).map(|number| number as i64))
}
