use std::fmt;

/// Where a test run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
pub enum RunStatus {
    /// Accepted; its task has not begun.
    Queued,
    /// Its tests are being executed.
    Progress,
    /// Every test was judged.
    Completed,
    /// Some tests could not be judged.
    Partial,
    /// No test could be judged, or the run could not be started.
    Failed,
    /// A user ended it.
    Cancelled,
}

impl RunStatus {
    const ALL: [Self; 6] =
        [Self::Queued, Self::Progress, Self::Completed, Self::Partial, Self::Failed, Self::Cancelled];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Progress => "Progress",
            Self::Completed => "Completed",
            Self::Partial => "Partial",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Whether the run has ended; an ended run never changes its status again.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Progress)
    }

    /// The status of a run that has ended with this many tests, of which so many were errors.
    pub(super) fn of_ended(total: i64, errors: i64) -> Self {
        match errors {
            _ if errors >= total => Self::Failed,
            0 => Self::Completed,
            _ => Self::Partial,
        }
    }

    /// The status of a stored word.
    pub fn from_word(word: &str) -> sqlx::Result<Self> {
        (Self::ALL.into_iter().find(|status| status.as_str() == word))
            .ok_or_else(|| sqlx::Error::Decode(format!("unknown test run status {word:?}").into()))
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_completed_without_errors_failed_with_nothing_else_and_partial_between() {
        assert_eq!(RunStatus::of_ended(3, 0), RunStatus::Completed);
        assert_eq!(RunStatus::of_ended(3, 1), RunStatus::Partial);
        assert_eq!(RunStatus::of_ended(3, 3), RunStatus::Failed);
        assert_eq!(RunStatus::of_ended(0, 0), RunStatus::Failed);
    }

    #[test]
    fn every_status_is_read_back_from_its_word() {
        for status in RunStatus::ALL {
            assert_eq!(RunStatus::from_word(status.as_str()).unwrap(), status);
        }
        assert!(RunStatus::from_word("Running").is_err());
    }
}
