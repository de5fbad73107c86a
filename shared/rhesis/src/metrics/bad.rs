/// A metric that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {detail}")]
pub struct BadMetric {
    /// What is wrong, as `threshold` or `parameters.pattern`.
    pub field: String,
    /// What is wrong with it, and what it must be.
    pub detail: String,
}

impl BadMetric {
    pub(super) fn new(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: field.into(), detail: detail.into() }
    }
}
