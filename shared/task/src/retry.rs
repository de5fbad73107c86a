use std::time::Duration;

/// The retry policy of a kind: exponential backoff with full jitter.
///
/// Retry number n (from 0) waits a random time between nothing and `min(cap, factor × 2ⁿ)`. Postgres draws it, when it
/// records the end of the attempt, so that a lost attempt waits like a failed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How many times a task may be repeated after its first attempt.
    pub max_retries: i32,
    /// The longest wait before the first retry.
    pub factor: Duration,
    /// The longest wait before any retry.
    pub cap: Duration,
}

impl Retry {
    /// Three retries, factor 1 s, cap 600 s: what the predecessor's `BaseTask` declares.
    pub const DEFAULT: Self =
        Self { max_retries: 3, factor: Duration::from_secs(1), cap: Duration::from_secs(600) };

    /// The default policy with another number of retries; 0 means that the first failure is final.
    #[must_use]
    pub const fn times(max_retries: i32) -> Self {
        Self { max_retries, ..Self::DEFAULT }
    }

    /// The same policy with another factor.
    #[must_use]
    pub const fn factor(self, factor: Duration) -> Self {
        Self { factor, ..self }
    }

    /// The same policy with another cap.
    #[must_use]
    pub const fn cap(self, cap: Duration) -> Self {
        Self { cap, ..self }
    }
}
