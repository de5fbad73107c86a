use regex::{Regex, RegexBuilder};

use super::vacuous::{self, Matched};
use super::{Metric, Score, wanted};

/// The largest compiled pattern, in bytes.
const MAX_COMPILED: usize = 1024 * 1024;

/// Met when the regular expression matches anywhere in the answer. Takes time linear in the answer's length.
pub(super) fn score(metric: &Metric, output: &str, expected: Option<&str>) -> Result<Score, String> {
    let pattern = wanted(metric, "pattern", expected)?;
    let regex = compile(pattern)?;
    // The test's expected answer is a pattern that nobody has looked at before.
    if regex.is_match("") && Matched::by(pattern) == Matched::All {
        return Err(format!("the pattern {}", vacuous::ALL));
    }
    Ok(Score::all_or_nothing(
        regex.is_match(output),
        "the answer matches the pattern",
        "the answer does not match the pattern",
    ))
}

pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(MAX_COMPILED).build().map_err(|error| {
        format!("the pattern is not a regular expression: {}", last_line(&error.to_string()))
    })
}

/// The error proper: the lines before it draw the pattern with a caret.
fn last_line(error: &str) -> &str {
    error.lines().last().unwrap_or(error)
}
