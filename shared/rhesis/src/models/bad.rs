/// A model that cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {detail}")]
pub struct BadModel {
    /// What is wrong, as `endpoint`.
    pub field: &'static str,
    /// What is wrong with it, and what it must be; never a key.
    pub detail: String,
}

impl BadModel {
    pub(super) fn new(field: &'static str, detail: impl Into<String>) -> Self {
        Self { field, detail: detail.into() }
    }
}
