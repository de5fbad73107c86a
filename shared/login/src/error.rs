use std::fmt;

use settings::{Faults, Missing, Setting, Twice};

/// Why a function does not start, or cannot log in: a sentence that names the setting and quotes no secret.
#[derive(Clone, thiserror::Error)]
pub enum Error {
    /// Settings are missing or wrong.
    #[error(transparent)]
    Settings(#[from] Faults),
    /// One is missing.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// Some are set twice.
    #[error(transparent)]
    Twice(#[from] Twice),
    /// No certificate would be trusted to be AWS's.
    #[error(transparent)]
    Bundle(#[from] aws::BundleError),
    /// A secret cannot be fetched, or is not what it must be.
    #[error("{}: {why}", setting.name())]
    Secret {
        /// The setting that names it.
        setting: Setting,
        /// What is wrong with it.
        why: String,
    },
    /// No token for Postgres can be signed.
    #[error("DATABASE_AUTH=iam: {0}")]
    Token(String),
}

impl fmt::Debug for Error {
    /// What a `main` that returns it prints: the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
