use super::TooMuch;

/// Why a program is none, or cannot go on. Quotes no prompt and no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadProgram {
    /// It goes beyond a limit.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// It is not written in its language, or says something that is not supported.
    #[error("{0}")]
    Invalid(String),
}

impl BadProgram {
    pub(super) fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }
}
