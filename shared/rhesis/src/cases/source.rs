use serde_json::{Value, json};

use crate::endpoints::Answer;
use crate::{Outcome, Verdict};

/// Where the answer of a case comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// From the endpoint, which was not asked yet.
    Endpoint,
    /// It is here: an earlier attempt asked, an earlier run did, or this attempt has.
    Answer(Answer),
    /// There is none, and this is what became of the test.
    None(Outcome),
}

/// The result of the same test in the run that is rescored; all null if there is none.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Earlier {
    #[sqlx(rename = "earlier_status")]
    status: Option<String>,
    #[sqlx(rename = "earlier_reason")]
    reason: Option<String>,
    #[sqlx(rename = "earlier_output")]
    output: Option<Value>,
}

impl Source {
    pub(super) fn of(kept: Option<Value>, rescore: bool, earlier: Earlier) -> Self {
        match kept {
            Some(body) => Self::Answer(Answer { body }),
            None if rescore => earlier.into(),
            None => Self::Endpoint,
        }
    }
}

impl From<Earlier> for Source {
    fn from(earlier: Earlier) -> Self {
        let output = earlier.output.unwrap_or_else(|| json!({}));
        let is_error = earlier.status.as_deref() == Some(Verdict::Error.as_str());
        // As `CallError::to_json` writes it: what an endpoint answers cannot also be the reason of the result.
        let is_failed_call =
            output["error"] == true && output["message"].as_str() == earlier.reason.as_deref();
        let is_nothing = output.as_object().is_some_and(serde_json::Map::is_empty);
        match earlier.status {
            None => Self::None(Outcome::unasked("the test run that is rescored has no result of this test")),
            Some(_) if is_error && (is_failed_call || is_nothing) => {
                let (verdict, metrics) = (Verdict::Error, json!({}));
                Self::None(Outcome { verdict, reason: earlier.reason, output, metrics })
            }
            Some(_) => Self::Answer(Answer { body: output }),
        }
    }
}
