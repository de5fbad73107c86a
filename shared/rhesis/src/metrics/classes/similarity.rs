use super::{Metric, Score, wanted};

/// The longest texts that are compared, in characters: the time is the product of the two lengths.
const LONGEST: usize = 5_000;

/// How alike the answer and the text are, from 0 to 1: one less the share of characters to insert, delete or replace
/// (Levenshtein) to make one of the other, white space around both left out.
pub(super) fn score(metric: &Metric, output: &str, expected: Option<&str>) -> Result<Score, String> {
    let (output, wanted) = (output.trim(), wanted(metric, "text", expected)?.trim());
    for (what, text) in [("answer", output), ("expected answer", wanted)] {
        if text.chars().nth(LONGEST).is_some() {
            return Err(format!(
                "the {what} is longer than {LONGEST} characters, the most that are compared"
            ));
        }
    }
    let similarity = strsim::normalized_levenshtein(output, wanted);
    Ok(Score::number(similarity, format!("the answer is {:.1} % like the expected one", similarity * 100.0)))
}
