use super::{Metric, Score, vacuous, wanted};
use crate::programs::{self, Matched};

/// Met when the regular expression matches anywhere in the answer.
pub(super) fn score(metric: &Metric, output: &str, expected: Option<&str>) -> Result<Score, String> {
    let pattern = wanted(metric, "pattern", expected)?;
    let program = programs::pattern(pattern).map_err(of_pattern)?;
    // The test's expected answer is a pattern that nobody has looked at before.
    if program.is_in("").map_err(of_pattern)? && program.matched() == Matched::All {
        return Err(format!("the pattern {}", vacuous::ALL));
    }
    let is_in = program.is_in(output).map_err(of_pattern)?;
    Ok(Score::all_or_nothing(
        is_in,
        "the answer matches the pattern",
        "the answer does not match the pattern",
    ))
}

pub(super) fn check(pattern: &str) -> Result<(), String> {
    programs::pattern(pattern).map(drop).map_err(of_pattern)
}

fn of_pattern(error: impl std::fmt::Display) -> String {
    format!("the pattern {error}")
}
