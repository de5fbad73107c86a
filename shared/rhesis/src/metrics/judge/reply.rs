//! Reads `{"score", "reason"}` out of what a model replied.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

use super::prompt::range;
use crate::metrics::score::{Found, Score};
use crate::metrics::threshold::same;
use crate::metrics::{Metric, ScoreType};

const MORE_THAN_ONE: &str = "the model's reply holds more than one score";
/// How much of a reply is looked through for JSON, in bytes.
const LOOKED_AT: usize = 64 * 1024;
const TOO_LONG: &str = "the model's reply is no JSON, and too long to look for it";
/// How much of a reason is kept, in characters.
const KEPT: usize = 4_000;

/// The score in a reply; the error says what is wrong without quoting more than the score.
pub(super) fn read(metric: &Metric, reply: &str) -> Result<Score, String> {
    let verdict = find(reply)?;
    let reason: String = verdict["reason"].as_str().unwrap_or_default().trim().chars().take(KEPT).collect();
    let found = match metric.score_type {
        ScoreType::Numeric => number(metric, &verdict["score"])?,
        ScoreType::Categorical | ScoreType::Binary => category(metric, &verdict["score"])?,
    };
    Ok(Score {
        found,
        reason: if reason.is_empty() { "the model gave no reason".to_owned() } else { reason },
    })
}

fn number(metric: &Metric, score: &Value) -> Result<Found, String> {
    // Models that only write text write numbers as text, too.
    let number = score.as_f64().or_else(|| score.as_str()?.trim().parse().ok());
    let (least, most) = range(metric);
    match number {
        Some(number) if (least..=most).contains(&number) => Ok(Found::Number(number)),
        Some(number) => Err(format!("the model's score is {number}, which is not from {least} to {most}")),
        None => Err("the model's score is no number".to_owned()),
    }
}

fn category(metric: &Metric, score: &Value) -> Result<Found, String> {
    let said = match score {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (metric.categories.iter().find(|category| same(category, &said)))
        .map(|category| Found::Category(category.clone()))
        .ok_or_else(|| format!("the model's score is none of {}", metric.categories.join(", ")))
}

/// The verdict: the reply as a whole, or the only object with a score in it.
///
/// More than one is none: the second may be a quotation from the answer that is judged.
fn find(reply: &str) -> Result<Value, String> {
    let is_verdict = |value: &Value| value.get("score").is_some_and(|score| !score.is_null());
    if let Some(whole) = serde_json::from_str(reply.trim()).ok().filter(is_verdict) {
        return if is_plain(reply) { Ok(whole) } else { Err(MORE_THAN_ONE.to_owned()) };
    }
    // What is not looked at may hold another score.
    if reply.len() > LOOKED_AT {
        return Err(TOO_LONG.to_owned());
    }
    let mut verdicts = Vec::new();
    let mut rest = reply;
    while let Some(at) = rest.find('{') {
        rest = &rest[at..];
        let mut objects = Deserializer::from_str(rest).into_iter::<Value>();
        rest = match objects.next() {
            Some(Ok(object)) => {
                let (said, behind) = rest.split_at(objects.byte_offset());
                if is_verdict(&object) && !is_plain(said) {
                    return Err(MORE_THAN_ONE.to_owned());
                }
                verdicts.extend(Some(object).filter(is_verdict));
                behind
            }
            _ => &rest[1..],
        };
    }
    match (verdicts.pop(), verdicts.is_empty()) {
        (None, _) => Err("the model's reply holds no JSON object with a score".to_owned()),
        (Some(verdict), true) => Ok(verdict),
        (Some(_), false) => Err(MORE_THAN_ONE.to_owned()),
    }
}

/// Whether an object has its score and its reason once: of two, who knows which is meant.
fn is_plain(object: &str) -> bool {
    // Serde refuses a field that is there twice.
    #[derive(Deserialize)]
    struct Once {
        #[serde(rename = "score")]
        _score: IgnoredAny,
        #[serde(rename = "reason")]
        _reason: Option<IgnoredAny>,
    }
    serde_json::from_str::<Once>(object).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric() -> Metric {
        let (min_score, max_score) = (Some(0.0), Some(10.0));
        Metric { score_type: ScoreType::Numeric, min_score, max_score, ..Metric::of_class("NumericJudge") }
    }

    fn found(metric: &Metric, reply: &str) -> Result<Found, String> {
        read(metric, reply).map(|score| score.found)
    }

    #[test]
    fn a_verdict_is_read_as_json_or_out_of_the_text_around_it() {
        for reply in [
            r#"{"reason": "well", "score": 7}"#,
            "\n{\"score\": \"7\", \"reason\": \"well\", \"more\": {}}\n",
            "I think {that} is fine.\n```json\n{\"reason\": \"well {sic}\", \"score\": 7.0}\n```\nDone }",
        ] {
            assert_eq!(found(&numeric(), reply), Ok(Found::Number(7.0)), "{reply}");
        }
        assert_eq!(read(&numeric(), r#"{"score": 1}"#).unwrap().reason, "the model gave no reason");
    }

    #[test]
    fn a_reply_that_quotes_a_second_score_decides_nothing() {
        let reply =
            "It says {\"reason\": \"perfect\", \"score\": 10}, but: {\"reason\": \"rude\", \"score\": 1}";
        assert_eq!(found(&numeric(), reply).unwrap_err(), "the model's reply holds more than one score");
    }

    #[test]
    fn a_score_that_is_there_twice_in_an_object_decides_nothing() {
        for reply in [
            r#"{"score": 1, "score": 10, "reason": "x"}"#,
            r#"I say: {"score": 1, "reason": "x", "\u0073core": 10}."#,
            r#"{"reason": "bad", "score": 1, "reason": "good"}"#,
        ] {
            let said = found(&numeric(), reply).unwrap_err();
            assert_eq!(said, "the model's reply holds more than one score", "{reply}");
        }
        assert!(
            found(&numeric(), r#" {"score": 1, "more": {"score": 2}, "more": 3, "reason": null}"#).is_ok()
        );
    }

    #[test]
    fn a_reply_that_is_too_long_to_be_looked_through_decides_nothing() {
        let (first, second) = (r#"{"score": 1} is said. "#, r#"{"score": 0, "reason": "bad"}"#);
        let reply = format!("{first}{}{second}", "x".repeat(LOOKED_AT));
        assert_eq!(found(&numeric(), &reply).unwrap_err(), TOO_LONG);
        let whole = format!(r#"{{"score": 7, "reason": "{}"}}"#, "x".repeat(LOOKED_AT));
        assert_eq!(found(&numeric(), &whole), Ok(Found::Number(7.0)));
    }

    #[test]
    fn a_number_must_be_on_the_scale() {
        for (score, problem) in [
            ("11", "is 11"),
            ("-0.1", "is -0.1"),
            ("\"NaN\"", "is NaN"),
            ("\"good\"", "no number"),
            ("[7]", "no number"),
            ("true", "no number"),
        ] {
            let error = found(&numeric(), &format!("{{\"score\": {score}, \"reason\": \"x\"}}")).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn a_category_must_be_one_of_the_metrics() {
        let categories = vec!["Polite".to_owned(), "Rude".to_owned()];
        let metric = Metric { categories, score_type: ScoreType::Categorical, ..numeric() };
        assert_eq!(found(&metric, r#"{"score": " POLITE "}"#), Ok(Found::Category("Polite".to_owned())));
        let error = found(&metric, r#"{"score": "nice"}"#).unwrap_err();
        assert_eq!(error, "the model's score is none of Polite, Rude");
    }

    #[test]
    fn a_reply_without_a_verdict_is_an_error_that_does_not_quote_it() {
        for reply in ["", "secret", "{\"secret\": 1}", "{\"score\": null}", &"{".repeat(LOOKED_AT)] {
            let error = found(&numeric(), reply).unwrap_err();
            assert_eq!(error, "the model's reply holds no JSON object with a score");
        }
    }
}
