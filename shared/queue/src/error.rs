use std::fmt;

/// Why there is no way to the queues: a sentence that names the setting.
#[derive(Clone, thiserror::Error)]
pub enum SettingsError {
    /// A setting is missing.
    #[error(transparent)]
    Missing(#[from] settings::Missing),
    /// No certificate would be trusted to be SQS's.
    #[error(transparent)]
    Bundle(#[from] aws::BundleError),
}

impl fmt::Debug for SettingsError {
    /// What a `main` that returns it prints: the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
