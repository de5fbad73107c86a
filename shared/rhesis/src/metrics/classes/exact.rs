use super::{Metric, Score, wanted};

/// Met when the answer equals the expected one after trimming white space from both.
pub(super) fn score(metric: &Metric, output: &str, expected: Option<&str>) -> Result<Score, String> {
    let wanted = wanted(metric, "text", expected)?;
    Ok(Score::all_or_nothing(
        output.trim() == wanted.trim(),
        "the answer equals the expected one",
        "the answer differs from the expected one",
    ))
}
