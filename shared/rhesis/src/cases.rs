//! Cases: everything that running one test of a run needs, loaded before the endpoint is called.

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::endpoints::{self, Answer, CallError, Client, Endpoint};
use crate::metrics::{self, Metric};
use crate::{Outcome, Verdict};

/// One test of one run.
#[derive(Debug, Clone)]
pub struct Case {
    /// The AI system under test.
    pub endpoint: Endpoint,
    /// What it is asked; `None` if the test was deleted after the run had started.
    pub prompt: Option<String>,
    /// The answer that is expected, if the test has one.
    pub expected: Option<String>,
    /// How the answer is judged, by name.
    pub metrics: Vec<Metric>,
    /// The verdict that is stored already, by an earlier attempt.
    pub stored: Option<Verdict>,
}

/// Why a case cannot be run. None of these gets better by trying again, but `Database` may.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The run does not exist, has no such test, or is another tenant's.
    #[error("Test {test_id} of test run {test_run_id} not found")]
    NotFound {
        /// The run.
        test_run_id: Uuid,
        /// The test.
        test_id: Uuid,
    },
    /// Postgres could not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    endpoint: Endpoint,
    content: Option<String>,
    expected_response: Option<String>,
    metrics: Json<Vec<Metric>>,
    stored: Option<String>,
}

/// Loads the case of a test of a run.
pub async fn load(conn: &mut PgConnection, test_run_id: Uuid, test_id: Uuid) -> Result<Case, CaseError> {
    let row: Option<Row> = sql::query_as(
        concat!("select ", endpoints::columns!(), ", p.content, p.expected_response, s.status as stored,
                (select coalesce(json_agg(json_build_object('name', m.name, 'description', m.description,
                            'class_name', m.class_name, 'parameters', m.parameters) order by m.name, m.id), '[]')
                 from test_set_metric sm join metric m on m.id = sm.metric_id
                 where sm.test_set_id = c.test_set_id) as metrics
         from test_run r
         join test_run_test rt on rt.test_run_id = r.id and rt.test_id = $2
         join test_configuration c on c.id = r.test_configuration_id
         join endpoint e on e.id = c.endpoint_id
         left join test t on t.id = rt.test_id
         left join prompt p on p.id = t.prompt_id
         left join test_result s on s.test_run_id = r.id and s.test_id = rt.test_id
         where r.id = $1"),
    )
    .bind(test_run_id)
    .bind(test_id)
    .fetch_optional(conn)
    .await?;
    let row = row.ok_or(CaseError::NotFound { test_run_id, test_id })?;
    Ok(Case {
        endpoint: row.endpoint,
        prompt: row.content,
        expected: row.expected_response,
        metrics: row.metrics.0,
        stored: row.stored.as_deref().and_then(Verdict::from_word),
    })
}

impl Case {
    /// Calls the endpoint and judges its answer. Touches no database.
    ///
    /// A call that failed for good, and any call on the last try, makes an Error outcome; before that a transient failure
    /// is returned, for the caller to try again.
    pub async fn run(&self, client: &Client, last_try: bool) -> Result<Outcome, CallError> {
        let Some(prompt) = &self.prompt else {
            return Ok(Outcome::unasked("the test was deleted after the test run had started"));
        };
        match client.call(&self.endpoint, prompt).await {
            Ok(answer) => Ok(self.judge(answer)),
            Err(error) if error.is_transient() && !last_try => Err(error),
            Err(error) => Ok(Outcome::of_failed_call(&error)),
        }
    }

    fn judge(&self, answer: Answer) -> Outcome {
        let evaluation =
            metrics::evaluate(&self.metrics, answer.output().as_deref(), self.expected.as_deref());
        Outcome {
            verdict: evaluation.verdict,
            reason: evaluation.reason,
            output: answer.body,
            metrics: evaluation.metrics,
        }
    }
}

impl CaseError {
    /// Whether trying again may help: Postgres did not answer.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Database(_))
    }
}
