use serde_json::{Value, json};
use sqlx::PgConnection;
use tokio::time::timeout_at;

use super::Case;
use super::source::Source;
use crate::endpoints::{Answer, CallError, Client};
use crate::metrics::{self, Again, Material};
use crate::results::storable;
use crate::{Outcome, Verdict};

impl Case {
    /// Asks the endpoint, unless the answer is there. Touches no database.
    ///
    /// True if there is a new answer that a model is still to judge: [`keep`](Self::keep) it, so that an attempt that follows
    /// need not ask again. A call that failed for good, and any call on the last try, is what becomes of the test.
    ///
    /// # Errors
    /// A transient failure before the last try, for the caller to try again.
    pub async fn ask(&mut self, client: &Client, last_try: bool) -> Result<bool, CallError> {
        let Some(prompt) = &self.prompt else {
            let why = "the test was deleted after the test run had started";
            self.source = Source::None(Outcome::unasked(why));
            return Ok(false);
        };
        if !matches!(self.source, Source::Endpoint) {
            return Ok(false);
        }
        self.source = match timeout_at(self.deadline, client.call(&self.endpoint, prompt)).await {
            Ok(Ok(answer)) => Source::Answer(answer),
            Ok(Err(error)) if error.is_transient() && !last_try => return Err(error),
            Ok(Err(error)) => Source::None(Outcome::of_failed_call(&error)),
            Err(_) => Source::None(self.too_late(json!({}))),
        };
        Ok(matches!(self.source, Source::Answer(_)) && self.asks_a_model())
    }

    /// Keeps the answer until the test has its result.
    pub async fn keep(&self, conn: &mut PgConnection) -> sqlx::Result<()> {
        let Source::Answer(answer) = &self.source else { return Ok(()) };
        sql::query("update test_run_test set answer = $3 where test_run_id = $1 and test_id = $2")
            .bind(self.test_run_id)
            .bind(self.test_id)
            .bind(storable(&answer.body))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Judges the answer; to be called when it was asked for. Touches no database.
    ///
    /// # Errors
    /// A model could not be asked, and this was not the last try.
    pub async fn judge(&self, client: &Client, last_try: bool) -> Result<Outcome, Again> {
        let answer = match &self.source {
            Source::Answer(answer) => answer,
            Source::None(outcome) => return Ok(outcome.clone()),
            Source::Endpoint => return Ok(Outcome::unasked("the endpoint was not asked")),
        };
        let metrics = match &self.metrics {
            Ok(metrics) => metrics,
            Err(why) => return Ok(Outcome { output: answer.body.clone(), ..Outcome::unasked(why) }),
        };
        let output = answer.output();
        let material = Material {
            input: self.prompt.as_deref().unwrap_or_default(),
            output: output.as_deref(),
            expected: self.expected.as_deref(),
            context: context(answer),
        };
        let evaluation = metrics::evaluate(metrics, &material, client);
        match timeout_at(self.deadline, evaluation).await {
            Err(_) => Ok(self.too_late(answer.body.clone())),
            Ok(evaluation) => match evaluation.again {
                Some(again) if !last_try => Err(again),
                _ => Ok(Outcome {
                    verdict: evaluation.verdict,
                    reason: evaluation.reason,
                    output: answer.body.clone(),
                    metrics: evaluation.metrics,
                }),
            },
        }
    }

    fn asks_a_model(&self) -> bool {
        self.metrics.as_ref().is_ok_and(|metrics| metrics.iter().any(|chosen| chosen.metric.asks_a_model()))
    }

    fn too_late(&self, output: Value) -> Outcome {
        let reason = Some(format!("no verdict within {} s", self.time_limit.as_secs()));
        Outcome { verdict: Verdict::Error, reason, output, metrics: json!({}) }
    }
}

/// What the endpoint answered from: the field `context` of its mapped answer, a text or a list.
fn context(answer: &Answer) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let texts = match answer.body.get("context") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().filter(|item| !item.is_null()).map(text).collect(),
        Some(other) => vec![text(other)],
    };
    texts.into_iter().filter(|text| !text.trim().is_empty()).collect()
}
