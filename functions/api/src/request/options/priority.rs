use serde_json::Value;

use crate::answer::problem::Problem;

const WORDS: [(&str, i16); 3] = [("low", -1), ("normal", 0), ("high", 1)];

/// `"low"`, `"normal"` or `"high"`, as the engine's number.
pub(super) fn priority(name: &str, value: Value) -> Result<i16, Problem> {
    let word = value.as_str().unwrap_or_default();
    WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, number)| *number)
        .ok_or_else(|| Problem::invalid(name, "must be low, normal or high"))
}

/// The word for the engine's number.
pub(crate) fn word(number: i64) -> Option<&'static str> {
    WORDS.iter().find(|(_, known)| i64::from(*known) == number).map(|(word, _)| *word)
}
