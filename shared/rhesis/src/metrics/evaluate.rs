use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{FutureExt as _, StreamExt as _, stream};
use serde_json::{Map, Value, json};

use super::score::{NoScore, Score};
use super::{Chosen, Material, Metric, ScoreType, classes, judge, threshold};
use crate::Verdict;
use crate::endpoints::Client;
use crate::programs::apart_with;

/// How many metrics of one answer are asked for at a time.
const AT_A_TIME: usize = 5;

/// What all metrics together say of one answer.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// Pass if every metric is met, Error if one could not be evaluated or there is none, else Fail.
    pub verdict: Verdict,
    /// The metrics that decided it and why; `None` for a Pass.
    pub reason: Option<String>,
    /// `{"execution_time": ms, "metrics": {name: {score, reason, is_successful, …}}}`.
    pub metrics: Value,
    /// Set if a model could not be asked now, but may be later: why, without content.
    pub again: Option<Again>,
}

/// Why the same evaluation may succeed later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("metric {metric}: {reason}")]
pub struct Again {
    metric: String,
    reason: String,
    /// How long the model's API asked to wait.
    pub after: Option<Duration>,
}

struct Judged<'a> {
    metric: &'a Metric,
    model: Option<&'a str>,
    result: Result<(Score, bool), NoScore>,
    took: Duration,
}

/// Judges an answer by every metric. Touches no database.
pub async fn evaluate(metrics: &[Chosen], material: &Material<'_>, client: &Client) -> Evaluation {
    let Some(output) = material.output else {
        return undecided("the endpoint's response holds no output: see its response mapping");
    };
    if metrics.is_empty() {
        return undecided(
            "the test has no metrics: neither its configuration, nor its test set, nor its behavior names one",
        );
    }
    // Once, however many metrics there are.
    let output: Arc<str> = output.into();
    let began = Instant::now();
    // Futures made one by one: those of a closure over borrowed metrics cannot be shown to be `Send`.
    let mut asked = Vec::with_capacity(metrics.len());
    for chosen in metrics {
        asked.push(judged(chosen, &output, material, client).boxed());
    }
    let judged: Vec<Judged<'_>> = stream::iter(asked).buffered(AT_A_TIME).collect().await;
    summed_up(judged, began.elapsed())
}

async fn judged<'a>(
    chosen: &'a Chosen,
    output: &'a Arc<str>,
    material: &'a Material<'_>,
    client: &'a Client,
) -> Judged<'a> {
    let began = Instant::now();
    let result = one(chosen, output, material, client).await;
    let model = chosen.model.as_ref().map(|model| model.name.as_str());
    Judged { metric: &chosen.metric, model, result, took: began.elapsed() }
}

async fn one(
    chosen: &Chosen,
    output: &Arc<str>,
    material: &Material<'_>,
    client: &Client,
) -> Result<(Score, bool), NoScore> {
    let Chosen { metric, model } = chosen;
    if metric.ground_truth_required && material.expected.is_none_or(|text| text.trim().is_empty()) {
        return Err(NoScore::Skipped("skipped: the test has no expected answer".to_owned()));
    }
    if metric.context_required && material.context.is_empty() {
        let why = "the endpoint's answer holds no context: map `context` in its response mapping";
        return Err(NoScore::Error(why.to_owned()));
    }
    let class = classes::find(&metric.class_name).map_err(|bad| bad.to_string())?;
    let score = if class.asks_model {
        classes::refuse_vacuous(metric).map_err(|bad| bad.to_string())?;
        if metric.score_type == ScoreType::Numeric && metric.threshold.is_none() {
            let why = "threshold is missing: a numeric metric needs one";
            return Err(NoScore::Error(why.to_owned()));
        }
        judge::score(metric, model.as_ref(), material, client).await?
    } else {
        let (metric, output) = (metric.clone(), output.clone());
        let expected = material.expected.map(str::to_owned);
        let score = apart_with(classes::memory(&metric, &output), move || {
            // Refused where metrics are made, but there are older ones.
            classes::read_programs(&metric)?;
            classes::refuse_vacuous(&metric).map_err(|bad| bad.to_string())?;
            classes::score(&metric, &output, expected.as_deref())
        });
        score.await.map_err(|broken| broken.to_string())??
    };
    let met = threshold::is_met(metric, &score.found)?;
    Ok((score, met))
}

fn summed_up(judged: Vec<Judged<'_>>, took: Duration) -> Evaluation {
    let (mut errors, mut unmet, mut skipped, mut shown) = (Vec::new(), Vec::new(), Vec::new(), Map::new());
    let (mut again, mut met) = (None, false);
    for judged in judged {
        let name = free_name(&shown, &judged.metric.name);
        match &judged.result {
            Ok((_, true)) => met = true,
            Ok((score, false)) => unmet.push(format!("metric {name}: {}", score.reason)),
            Err(NoScore::Skipped(reason)) => skipped.push(format!("metric {name} was {reason}")),
            Err(NoScore::Error(error)) => {
                errors.push(format!("metric {name} could not be evaluated: {error}"))
            }
            Err(NoScore::Again { reason, after }) => {
                errors.push(format!("metric {name} could not be evaluated: {reason}"));
                again = Some(Again { metric: name.clone(), reason: reason.clone(), after: *after });
            }
        }
        shown.insert(name, detail(&judged));
    }
    let (verdict, reasons) = match (errors.is_empty(), unmet.is_empty(), met) {
        (false, ..) => (Verdict::Error, errors),
        (true, false, _) => (Verdict::Fail, unmet),
        (true, true, true) => (Verdict::Pass, Vec::new()),
        (true, true, false) => (Verdict::Error, skipped),
    };
    Evaluation {
        verdict,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        metrics: json!({"execution_time": milliseconds(took), "metrics": shown}),
        again,
    }
}

fn detail(judged: &Judged<'_>) -> Value {
    let metric = judged.metric;
    // All or nothing is 1 or 0, and 1 is what it is compared with.
    let whole =
        (metric.class_name != "CategoricalJudge" && metric.score_type == ScoreType::Binary).then_some(1.0);
    let mut detail = json!({
        "name": metric.name,
        "class_name": metric.class_name,
        "backend": "rhesis",
        "description": metric.description,
        "score_type": metric.score_type,
        "threshold": metric.threshold.or(whole),
        "threshold_operator": metric.threshold_operator,
        "duration_ms": milliseconds(judged.took),
    });
    if !metric.passing_categories.is_empty() {
        detail["passing_categories"] = json!(metric.passing_categories);
    }
    if let Some(model) = judged.model.filter(|_| metric.asks_a_model()) {
        detail["model"] = model.into();
    }
    // No score is not a score of 0, which would look like a bad answer.
    let (score, met, reason) = match &judged.result {
        Ok((score, met)) => (score.found.to_json(), Value::from(*met), &score.reason),
        Err(NoScore::Skipped(reason) | NoScore::Error(reason) | NoScore::Again { reason, .. }) => {
            (Value::Null, Value::Null, reason)
        }
    };
    detail["score"] = score;
    detail["is_successful"] = met;
    detail["reason"] = reason.as_str().into();
    match &judged.result {
        Ok(_) => {}
        Err(NoScore::Skipped(_)) => detail["skipped"] = true.into(),
        Err(NoScore::Error(error) | NoScore::Again { reason: error, .. }) => {
            detail["error"] = error.as_str().into();
            detail["error_type"] = if metric.asks_a_model() { "judge_error" } else { "metric_error" }.into();
        }
    }
    detail
}

/// Two metrics may have one name; both are shown.
fn free_name(taken: &Map<String, Value>, name: &str) -> String {
    (1_u32..)
        .map(|n| if n == 1 { name.to_owned() } else { format!("{name} ({n})") })
        .find(|name| !taken.contains_key(name))
        .unwrap_or_default()
}

fn undecided(reason: &str) -> Evaluation {
    let reason = Some(reason.to_owned());
    Evaluation { verdict: Verdict::Error, reason, metrics: json!({}), again: None }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
