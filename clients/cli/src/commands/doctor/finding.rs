use serde::Serialize;

/// How bad a finding is, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    /// Something does not work, or a wall has a hole.
    Fault,
    /// It works, and will not for ever.
    Warning,
    /// It could not be looked at.
    Unknown,
}

impl Severity {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
        }
    }
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// Which check found it.
    pub(super) check: &'static str,
    pub(super) severity: Severity,
    /// What was found; no secret.
    pub(super) found: String,
    /// What to do.
    #[serde(rename = "do")]
    pub(super) what_to_do: String,
}

impl Finding {
    pub(super) fn fault(
        check: &'static str,
        found: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self { check, severity: Severity::Fault, found: found.into(), what_to_do: what_to_do.into() }
    }

    pub(super) fn warning(
        check: &'static str,
        found: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::fault(check, found, what_to_do) }
    }

    pub(super) fn unknown(
        check: &'static str,
        found: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Unknown, ..Self::fault(check, found, what_to_do) }
    }
}
