use super::{BadMetric, Metric, Operator};
use crate::metrics::threshold::is_nearly;

/// Refuses a threshold that every score of the range passes.
pub(super) fn refuse(metric: &Metric) -> Result<(), BadMetric> {
    let Some(threshold) = metric.threshold else { return Ok(()) };
    let (least, most) = (metric.min_score.unwrap_or(0.0), metric.max_score.unwrap_or(1.0));
    let all = match metric.threshold_operator {
        Operator::AtLeast => threshold < least || is_nearly(threshold, least),
        Operator::AtMost => threshold > most || is_nearly(threshold, most),
        Operator::Greater => threshold < least && !is_nearly(threshold, least),
        Operator::Less => threshold > most && !is_nearly(threshold, most),
        Operator::Equal | Operator::Differs => false,
    };
    if !all {
        return Ok(());
    }
    let operator = metric.threshold_operator.as_str();
    let why = format!("is passed by every score from {least} to {most}, being {operator} {threshold}");
    Err(BadMetric::new("threshold", why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_that_every_score_passes_is_refused() {
        for (operator, threshold, passes_all) in [
            (Operator::AtLeast, 0.0, true),
            (Operator::AtLeast, 1e-12, true),
            (Operator::AtMost, 10.0, true),
            (Operator::AtLeast, 0.1, false),
            (Operator::AtMost, 9.9, false),
            (Operator::Greater, 0.0, false),
            (Operator::Less, 10.0, false),
            (Operator::Differs, 0.0, false),
            (Operator::Equal, 10.0, false),
        ] {
            let metric = Metric {
                max_score: Some(10.0),
                threshold: Some(threshold),
                threshold_operator: operator,
                ..Metric::of_class("NumericJudge")
            };
            assert_eq!(refuse(&metric).is_err(), passes_all, "{} {threshold}", operator.as_str());
        }
    }
}
