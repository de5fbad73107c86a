use rhesis::metrics::{BadMetric, Metric, Operator, ScoreType};
use rhesis::programs::apart;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::problem::Problem;
use crate::document::words;
use crate::request::body::Object;
use crate::request::fields::body;
use crate::request::options::{boolean, text};
use crate::sdk::one_of;

/// Whose classes of metrics there are.
const BACKENDS: [&str; 2] = ["custom", "rhesis"];

/// Whose class a metric is of.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "read as a text")]
pub(crate) enum Backend {
    /// This system's own.
    Custom,
    /// The same.
    Rhesis,
}

body! {
    /// A metric as it is made, or replaced.
    pub(crate) struct NewMetric {
        /// Where one is replaced, that of the address; else it is not there.
        id: Option<Uuid>,
        /// Its name in the results.
        #[schema(min_length = 1, pattern = r"\S")]
        name: String,
        /// What it is for.
        description: Option<String>,
        /// What judges.
        #[schema(value_type = words::MetricClass)]
        class_name: String,
        /// What a class without a model needs: `text`, `pattern` or `schema`.
        #[schema(value_type = Option<Object>)]
        parameters: Option<Value>,
        /// What a model is to look at; the criteria.
        evaluation_prompt: Option<String>,
        /// In which steps it is to go about it.
        evaluation_steps: Option<String>,
        /// How it is to reason.
        reasoning: Option<String>,
        /// Examples of scores.
        evaluation_examples: Option<String>,
        /// What the score is.
        score_type: Option<ScoreType>,
        /// The least number that a model may give.
        min_score: Option<f64>,
        /// The greatest.
        max_score: Option<f64>,
        /// What a number is compared with.
        threshold: Option<f64>,
        /// How it is compared.
        threshold_operator: Option<Operator>,
        /// What a model may choose from.
        categories: Option<Vec<String>>,
        /// Which of them pass.
        passing_categories: Option<Vec<String>>,
        /// Whether it is skipped for a test without an expected answer.
        ground_truth_required: Option<bool>,
        /// Whether it needs the `context` that the endpoint answered from.
        context_required: Option<bool>,
        /// The kinds of tests that it is for.
        #[schema(value_type = Option<Vec<words::MetricScope>>, min_items = 1)]
        metric_scope: Option<Vec<String>>,
        /// The model that judges; none: the configuration's.
        model_id: Option<Uuid>,
        /// `ground_truth_required`, as Rhesis's SDK calls it.
        requires_ground_truth: Option<bool>,
        /// `context_required`, as Rhesis's SDK calls it.
        requires_context: Option<bool>,
        /// Whose class it is: this system's own.
        #[schema(value_type = Option<Backend>)]
        backend_type: Option<String>,
        /// What Rhesis's SDK says of it: not looked at.
        metric_type: Option<String>,
        /// The first of `passing_categories`, if it is said.
        reference_score: Option<String>,
        /// Must be null: there is no such thing here.
        explanation: Option<String>,
    }
}

/// A metric that can judge. Its patterns and schemas are programs, so it is read apart from the runtime's threads.
///
/// `of`: the metric that is replaced.
pub(super) async fn read(mut body: Object, of: Option<Uuid>) -> Result<Metric, Problem> {
    body.only(NewMetric::FIELDS)?;
    match of {
        Some(id) => body.is_of(id)?,
        None => body.is_new()?,
    }
    body.0.remove("id");
    said_by_the_sdk(&mut body)?;
    let read = apart(move || Metric::read(&Value::Object(body.0))).await;
    Ok(read.map_err(|broken| Problem::unprocessable(broken.to_string()))??)
}

/// Gives what Rhesis's SDK says our names, and takes out what says nothing here.
fn said_by_the_sdk(body: &mut Object) -> Result<(), Problem> {
    for (own, sdk) in
        [("ground_truth_required", "requires_ground_truth"), ("context_required", "requires_context")]
    {
        let required = one_of(body, own, sdk, boolean)?;
        body.0.insert(own.to_owned(), required.into());
    }
    body.read("metric_type", text)?;
    if body.read("backend_type", text)?.is_some_and(|word| !BACKENDS.contains(&word.as_str())) {
        return Err(Problem::invalid("backend_type", format!("must be {}", BACKENDS.join(" or "))));
    }
    if body.take("explanation").is_some() {
        return Err(Problem::invalid("explanation", "must be null: say evaluation_prompt or reasoning"));
    }
    match (body.take("reference_score"), body.0.get("passing_categories").and_then(|list| list.get(0))) {
        (Some(score), first) if Some(&score) != first => {
            Err(Problem::invalid("reference_score", "must be the first of passing_categories, or null"))
        }
        _ => Ok(()),
    }
}

impl From<BadMetric> for Problem {
    fn from(bad: BadMetric) -> Self {
        Self::invalid(bad.field, bad.detail)
    }
}
