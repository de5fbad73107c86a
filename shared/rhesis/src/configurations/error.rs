use uuid::Uuid;

use super::BadAttribute;

/// Why a configuration cannot be executed. None of these gets better by trying again, but `Database` may.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// There is none with this id, or it is another tenant's.
    #[error("Test configuration {0} not found")]
    NotFound(Uuid),
    /// It names no test set.
    #[error("Test configuration {0} has no test set assigned")]
    NoTestSet(Uuid),
    /// Its endpoint was deleted.
    #[error("Endpoint {0} was deleted")]
    EndpointDeleted(Uuid),
    /// Its test set has no tests.
    #[error("Test set {0} has no tests")]
    EmptyTestSet(Uuid),
    /// An attribute has a value that is not allowed.
    #[error("Test configuration {id}: {bad}")]
    BadAttribute {
        /// The configuration.
        id: Uuid,
        /// The attribute.
        bad: BadAttribute,
    },
    /// Postgres could not answer.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
}
