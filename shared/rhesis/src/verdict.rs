use std::fmt;

use serde_json::{Value, json};

use crate::endpoints::CallError;

/// What a test says about the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
pub enum Verdict {
    /// At least one metric was evaluated, and every one was met.
    Pass,
    /// A metric was evaluated and not met.
    Fail,
    /// The test could not be judged: the endpoint failed, or a metric could not be evaluated.
    Error,
}

impl Verdict {
    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Fail => "Fail",
            Self::Error => "Error",
        }
    }

    /// The verdict of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Pass, Self::Fail, Self::Error].into_iter().find(|verdict| verdict.as_str() == word)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Everything that is stored about one test of one run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in a sentence; always present for an Error. May quote the answer: never log it.
    pub reason: Option<String>,
    /// The mapped answer of the endpoint, or how the call failed.
    pub output: Value,
    /// `{"execution_time": ms, "metrics": {name: …}}`, empty when none was evaluated.
    pub metrics: Value,
}

impl Outcome {
    /// The outcome of a test that could not even be asked.
    pub(crate) fn unasked(reason: &str) -> Self {
        let (output, metrics) = (json!({}), json!({}));
        Self { verdict: Verdict::Error, reason: Some(reason.to_owned()), output, metrics }
    }

    /// The outcome of a call that failed for good; its metrics are skipped.
    pub fn of_failed_call(error: &CallError) -> Self {
        Self {
            verdict: Verdict::Error,
            reason: Some(error.to_string()),
            output: error.to_json(),
            metrics: json!({}),
        }
    }
}
