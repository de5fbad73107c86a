use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{BadMetric, Metric, Operator, ScoreType, classes};

/// A metric as users write it; what is left out depends on the class.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    name: String,
    class_name: String,
    description: Option<String>,
    parameters: Option<Value>,
    evaluation_prompt: Option<String>,
    evaluation_steps: Option<String>,
    reasoning: Option<String>,
    evaluation_examples: Option<String>,
    score_type: Option<ScoreType>,
    min_score: Option<f64>,
    max_score: Option<f64>,
    threshold: Option<f64>,
    threshold_operator: Option<Operator>,
    categories: Option<Vec<String>>,
    passing_categories: Option<Vec<String>>,
    ground_truth_required: Option<bool>,
    context_required: Option<bool>,
    metric_scope: Option<Vec<String>>,
    model_id: Option<Uuid>,
}

impl Metric {
    /// Reads a metric from a JSON object and checks that it can judge.
    ///
    /// # Errors
    /// The first field that does not fit. Whether the model is there is not looked at.
    pub fn read(given: &Value) -> Result<Self, BadMetric> {
        let given: Given = serde_path_to_error::deserialize(given).map_err(|error| {
            let path = error.path().to_string();
            let detail = error.into_inner().to_string();
            // serde reports a missing or unknown field at its parent; the name stands between backticks.
            let named = detail.split('`').nth(1).filter(|_| path == ".").unwrap_or(&path).to_owned();
            BadMetric::new(named, detail)
        })?;
        let class = classes::find(&given.class_name)?;
        let score_type = given.score_type.unwrap_or(class.score_types[0]);
        let numeric_judge = class.asks_model && score_type == ScoreType::Numeric;
        let metric = Self {
            name: given.name,
            description: given.description,
            class_name: given.class_name,
            parameters: given.parameters.unwrap_or_else(|| json!({})),
            evaluation_prompt: given.evaluation_prompt,
            evaluation_steps: given.evaluation_steps,
            reasoning: given.reasoning,
            evaluation_examples: given.evaluation_examples,
            score_type,
            min_score: given.min_score.or(numeric_judge.then_some(0.0)),
            max_score: given.max_score.or(numeric_judge.then_some(1.0)),
            threshold: given.threshold,
            threshold_operator: given.threshold_operator.unwrap_or(score_type.default_operator()),
            categories: given.categories.unwrap_or_default(),
            passing_categories: given.passing_categories.unwrap_or_default(),
            ground_truth_required: given.ground_truth_required.unwrap_or(false),
            context_required: given.context_required.unwrap_or(false),
            metric_scope: given.metric_scope.unwrap_or_else(|| vec!["Single-Turn".to_owned()]),
            model_id: given.model_id,
        };
        class.check(&metric)?;
        Ok(metric)
    }
}
