//! Cases: everything that running one test of a run needs, loaded before the endpoint is called.

mod error;
mod run;
mod source;

use std::time::Duration;

use serde_json::Value;
use sqlx::PgConnection;
use tokio::time::Instant;
use uuid::Uuid;

pub use error::CaseError;

use self::source::{Earlier, Source};
use crate::configurations::Attributes;
use crate::endpoints::{self, Endpoint};
use crate::import::LONGEST;
use crate::metrics::{self, Chosen};
use crate::runs::RunStatus;
use crate::{Outcome, Verdict};

/// One test of one run.
#[derive(Debug, Clone)]
pub struct Case {
    /// The run.
    pub test_run_id: Uuid,
    /// The test.
    pub test_id: Uuid,
    /// The AI system under test.
    pub endpoint: Endpoint,
    /// What it is asked; `None` if the test was deleted after the run had started.
    pub prompt: Option<String>,
    /// The answer that is expected, if the test has one.
    pub expected: Option<String>,
    /// How the answer is judged, by name; or why it cannot be.
    pub metrics: Result<Vec<Chosen>, String>,
    /// How long an attempt may take, from when it was loaded.
    pub time_limit: Duration,
    /// The verdict that is stored already, by an earlier attempt.
    pub stored: Option<Verdict>,
    source: Source,
    deadline: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    endpoint: Endpoint,
    content: Option<String>,
    expected_response: Option<String>,
    /// Which of the two was not read, because it was stored before there was a bound.
    too_long: Option<String>,
    stored: Option<String>,
    run_status: String,
    attributes: Value,
    test_set_id: Option<Uuid>,
    behavior_id: Option<Uuid>,
    answer: Option<Value>,
    rescore: bool,
    #[sqlx(flatten)]
    earlier: Earlier,
}

/// Loads the case of a test of a run.
pub async fn load(conn: &mut PgConnection, test_run_id: Uuid, test_id: Uuid) -> Result<Case, CaseError> {
    let row: Option<Row> = sql::query_as(concat!(
        "select ",
        endpoints::columns!(),
        ", case when octet_length(p.content) > $3 then '' else p.content end as content,
                case when octet_length(p.expected_response) > $3 then null else p.expected_response end as expected_response,
                case when octet_length(p.content) > $3 then 'prompt'
                     when octet_length(p.expected_response) > $3 then 'expected answer' end as too_long,
                s.status as stored, r.status as run_status,
                c.attributes || r.attributes as attributes, c.test_set_id, t.behavior_id, rt.answer,
                r.rescore_of is not null as rescore, o.status as earlier_status, o.reason as earlier_reason,
                o.test_output as earlier_output
         from test_run r
         join test_run_test rt on rt.test_run_id = r.id and rt.test_id = $2
         join test_configuration c on c.id = r.test_configuration_id
         join endpoint e on e.id = c.endpoint_id
         left join test t on t.id = rt.test_id
         left join prompt p on p.id = t.prompt_id
         left join test_result s on s.test_run_id = r.id and s.test_id = rt.test_id
         left join test_result o on o.test_run_id = r.rescore_of and o.test_id = rt.test_id
         where r.id = $1"
    ))
    .bind(test_run_id)
    .bind(test_id)
    .bind(i32::try_from(LONGEST).unwrap_or(i32::MAX))
    .fetch_optional(&mut *conn)
    .await?;
    let row = row.ok_or(CaseError::NotFound { test_run_id, test_id })?;
    let status = RunStatus::from_word(&row.run_status)?;
    if status.is_final() {
        return Err(CaseError::Ended { test_run_id, status });
    }
    let attributes = Attributes::read(&row.attributes);
    let metrics = match &attributes {
        Err(bad) => Err(bad.to_string()),
        Ok(said) => {
            let model = said.evaluation_model_id;
            metrics::choose(conn, &said.metrics, row.test_set_id, row.behavior_id, model)
                .await?
                .map_err(|id| format!("metric {id} of the configuration was deleted"))
        }
    };
    let time_limit = attributes.map_or(Attributes::DEFAULT_TIME_LIMIT, |said| said.per_test_timeout);
    Ok(Case {
        test_run_id,
        test_id,
        endpoint: row.endpoint,
        prompt: row.content,
        expected: row.expected_response,
        metrics,
        time_limit,
        stored: row.stored.as_deref().and_then(Verdict::from_word),
        source: match row.too_long {
            Some(what) => {
                Source::None(Outcome::unasked(&format!("the {what} has more than {LONGEST} bytes")))
            }
            None => Source::of(row.answer, row.rescore, row.earlier),
        },
        deadline: Instant::now() + time_limit,
    })
}
