use super::{Metric, Score, wanted};

/// Met when the answer contains the text, letter by letter.
pub(super) fn score(metric: &Metric, output: &str, expected: Option<&str>) -> Result<Score, String> {
    let wanted = wanted(metric, "text", expected)?;
    Ok(Score::all_or_nothing(
        output.contains(wanted),
        "the answer contains the expected text",
        "the answer does not contain the expected text",
    ))
}
