use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Operator, ScoreType};

/// A way to judge an answer.
#[derive(Debug, Clone, Serialize, sqlx::FromRow, utoipa::ToSchema)]
#[schema(as = MetricDefinition)]
pub struct Metric {
    /// Its name in the results.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What judges: one of [`super::CLASSES`].
    pub class_name: String,
    /// What a class without a model needs: `text`, `pattern` or `schema`.
    pub parameters: Value,
    /// What a model is to look at; the criteria.
    pub evaluation_prompt: Option<String>,
    /// In which steps it is to go about it.
    pub evaluation_steps: Option<String>,
    /// How it is to reason.
    pub reasoning: Option<String>,
    /// Examples of scores.
    pub evaluation_examples: Option<String>,
    /// What the score is.
    #[sqlx(try_from = "String")]
    pub score_type: ScoreType,
    /// The least number that a model may give.
    pub min_score: Option<f64>,
    /// The greatest.
    pub max_score: Option<f64>,
    /// What a number is compared with.
    pub threshold: Option<f64>,
    /// How it is compared.
    #[sqlx(try_from = "String")]
    pub threshold_operator: Operator,
    /// What a model may choose from.
    #[sqlx(json)]
    pub categories: Vec<String>,
    /// Which of them pass.
    #[sqlx(json)]
    pub passing_categories: Vec<String>,
    /// Whether it is skipped for a test without an expected answer.
    pub ground_truth_required: bool,
    /// Whether it needs the `context` that the endpoint answered from.
    pub context_required: bool,
    /// The kinds of tests that it is for.
    #[sqlx(json)]
    pub metric_scope: Vec<String>,
    /// The model that judges; none: the configuration's.
    pub model_id: Option<Uuid>,
}

impl Metric {
    /// A metric without parameters, named like its class.
    pub fn of_class(class_name: &str) -> Self {
        Self {
            name: class_name.to_owned(),
            description: None,
            class_name: class_name.to_owned(),
            parameters: json!({}),
            evaluation_prompt: None,
            evaluation_steps: None,
            reasoning: None,
            evaluation_examples: None,
            score_type: ScoreType::Binary,
            min_score: None,
            max_score: None,
            threshold: None,
            threshold_operator: Operator::Equal,
            categories: Vec::new(),
            passing_categories: Vec::new(),
            ground_truth_required: false,
            context_required: false,
            metric_scope: vec!["Single-Turn".to_owned()],
            model_id: None,
        }
    }
}

/// Stores a metric and returns its id. Whether it makes sense is for [`Metric::read`] to say.
pub async fn create(conn: &mut PgConnection, metric: &Metric, user_id: Option<Uuid>) -> sqlx::Result<Uuid> {
    sql::query_scalar(
        "insert into metric (id, user_id, name, description, class_name, parameters, evaluation_prompt, evaluation_steps,
                             reasoning, evaluation_examples, score_type, min_score, max_score, threshold, threshold_operator,
                             categories, passing_categories, ground_truth_required, context_required, metric_scope, model_id)
         select $1, $2, m.name, m.description, m.class_name, m.parameters, m.evaluation_prompt, m.evaluation_steps,
                m.reasoning, m.evaluation_examples, m.score_type, m.min_score, m.max_score, m.threshold, m.threshold_operator,
                m.categories, m.passing_categories, m.ground_truth_required, m.context_required, m.metric_scope, m.model_id
         from jsonb_populate_record(null::metric, $3) m
         returning id",
    )
    .bind(Uuid::now_v7())
    .bind(user_id)
    .bind(Json(metric))
    .fetch_one(conn)
    .await
}

/// Judges the tests of a test set by a metric; does nothing if it does already.
pub async fn assign(conn: &mut PgConnection, metric_id: Uuid, test_set_id: Uuid) -> sqlx::Result<()> {
    sql::query("insert into test_set_metric (test_set_id, metric_id) values ($1, $2) on conflict do nothing")
        .bind(test_set_id)
        .bind(metric_id)
        .execute(conn)
        .await?;
    Ok(())
}
