use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// What one metric found of one answer, before it is compared with what is wanted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    pub(super) found: Found,
    /// Why, in a sentence.
    pub(super) reason: String,
}

/// A score proper.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    /// A number; 1 and 0 where it is met or not met.
    Number(f64),
    /// One of the metric's categories, spelled as there.
    Category(String),
}

impl Score {
    pub(super) fn number(number: f64, reason: String) -> Self {
        Self { found: Found::Number(number), reason }
    }

    pub(super) fn all_or_nothing(met: bool, when_met: &str, when_not: &str) -> Self {
        let reason = if met { when_met } else { when_not };
        Self::number(f64::from(u8::from(met)), reason.to_owned())
    }
}

impl Found {
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Category(category) => category.as_str().into(),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Category(category) => write!(f, "{category:?}"),
        }
    }
}

/// Why a metric found nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NoScore {
    /// It is not for this test, which is no error.
    Skipped(String),
    /// It cannot be evaluated.
    Error(String),
    /// The model that judges could not be asked now, but may be later.
    Again {
        /// What happened. No prompt, answer or secret in it.
        reason: String,
        /// How long the model's API asked to wait.
        after: Option<Duration>,
    },
}

impl From<String> for NoScore {
    fn from(error: String) -> Self {
        Self::Error(error)
    }
}
